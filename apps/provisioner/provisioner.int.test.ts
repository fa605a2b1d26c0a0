import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toLondon } from '#shared/clock'
import { Targets, targetStandings } from '#shared/provisioning'
import { tasks } from '../../libs/client/src/index.js'
import {
  accessTo,
  aUser,
  CredentialFile,
  Provisioned,
  provisionerToken,
} from '../../test/support/provisioned.js'
import { readExposition } from '../../test/support/exposition.js'
import { occurring, placesOfSubjects, writtenDown } from '../../test/support/personal-data.js'
import { runOps } from '../../test/support/run-ops.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'
import { messageIdOf } from './src/subjects/owing.js'
import { Entries } from './src/tell-target/entries.repository.js'

let system: System
let all: Provisioned
let file: CredentialFile

beforeAll(async () => {
  file = new CredentialFile()
  system = await System.start({
    services: ['task-relay'],
    env: {
      ...{
        PROVISIONER_API_TOKEN: `${provisionerToken},the-one-after-it`,
        PROVISIONER_CREDENTIALS: file.path,
      },
      PROVISIONER_TIMEOUT_MS: '5000',
    },
  })
  const { port } = await system.startService('provisioner')
  all = new Provisioned(system, port)
}, 120_000)
afterAll(async () => {
  await system.stop()
  file.remove()
})
afterEach(() => {
  const { legacy } = all
  legacy.behaveWell()
  legacy.resetAnswers()
})

const operator = async (line: string) => {
  const { code, err } = await runOps(line, { ...system.database.env, ...system.nats.envOf('ops') })
  expect({ line, code, err }).toEqual({ line, code: 0, err: [] })
}

const logged = (event: string) =>
  system.logLines.filter((line) => (JSON.parse(line) as { msg: string }).msg === event).length

/** Pauses a handler, and waits until its service knows. */
async function pause(handler: string): Promise<void> {
  const before = logged('handler is paused')
  await operator(`pause ${handler} --yes`)
  await until('it is paused', () => logged('handler is paused') > before)
}

let users = 0
/** A user that no other test has. */
const nextUser = () => (users += 1)

describe('a subject', () => {
  it('is told in one call, however often it has changed before', async () => {
    await all.target('ten')
    await all.confirmed()
    const user = nextUser()
    await pause('tell-target')
    for (let i = 1; i <= 10; i++)
      await all.say('user', user, aUser(user, [accessTo('ten', 7, i)], { email: `${i}@example.com` }))
    await operator('resume tell-target --yes')
    await all.confirmed()
    expect(all.actions('ten')).toEqual(['CREATE'])
    expect(all.legacy.records('ten')).toMatchObject([
      { key: `user ${user}@7`, fields: { emailAddress: '10@example.com', establishmentUrn: '100007' } },
    ])
  })

  it('is made once by two who say it at once', async () => {
    await all.target('two')
    const user = nextUser()
    const say = (role: number) => all.post('user', user, aUser(user, [accessTo('two', 7, role)]))
    expect(await Promise.all([say(1), say(2)])).toEqual([202, 202])
    await all.confirmed()
    expect(all.actions('two').filter((action) => action === 'CREATE')).toHaveLength(1)
    expect(all.legacy.records('two')).toHaveLength(1)
  })

  it('that changes during a call is told once more, and no more', async () => {
    await all.target('during')
    const user = nextUser()
    const change = (i: number) => aUser(user, [accessTo('during', 7)], { email: `${i}@example.com` })
    const changed = new Promise<void>((resolve, reject) => {
      const off = all.legacy.onCall(({ system: name }) => {
        if (name !== 'during') return
        off()
        const more = async () => {
          for (const i of [2, 3, 4]) await all.say('user', user, change(i))
        }
        more().then(resolve, reject)
      })
    })
    all.legacy.misbehave({
      kind: 'slow',
      ms: 2_000,
      when: { times: 1, match: (call) => call.system === 'during' },
    })
    await all.say('user', user, change(1))
    await changed
    await all.confirmed()
    expect(all.actions('during')).toEqual(['CREATE', 'UPDATE'])
    expect(all.legacy.records('during')).toMatchObject([{ fields: { emailAddress: '4@example.com' } }])
  })

  it('that is no change is not told', async () => {
    await all.target('same')
    const user = nextUser()
    const state = aUser(user, [accessTo('same', 7, 1)])
    await all.say('user', user, state)
    await all.confirmed()
    await all.say('user', user, state)
    await all.confirmed()
    expect(all.actions('same')).toEqual(['CREATE'])
  })

  it('is told of what has changed, and of nothing else', async () => {
    await all.target('part')
    const user = nextUser()
    const both = [accessTo('part', 7, 1), accessTo('part', 8, 1)]
    await all.say('user', user, aUser(user, both))
    await all.confirmed()
    await all.say('user', user, aUser(user, [accessTo('part', 7, 1), accessTo('part', 8, 2)]))
    await all.confirmed()
    const told = all
      .calls('part')
      .map(({ fields: { organisationId, action } }) => `${action} ${organisationId}`)
    expect(told.toSorted()).toEqual(['CREATE 7', 'CREATE 8', 'UPDATE 8'])
  })

  it('that comes by a task is told like any other', async () => {
    await all.target('task')
    const user = nextUser()
    const state = aUser(user, [accessTo('task', 7, 1)])
    const { row } = tasks.subjectChanged({ kind: 'user', id: String(user), state })
    await system.connection.db.insertInto('IntSchema.Task').values(row).execute()
    await until('it is told', () => all.legacy.records('task').length === 1)
    await all.confirmed()
    expect(all.legacy.records('task')).toMatchObject([{ key: `user ${user}@7` }])
  })

  it('is as it was said last, in whatever order that comes', async () => {
    await all.target('late')
    await all.confirmed()
    await pause('take-in-subject')
    const user = nextUser()
    const rowOf = (email: string) => {
      const state = aUser(user, [accessTo('late', 7, 1)], { email })
      return tasks.subjectChanged({ kind: 'user', id: String(user), state }).row
    }
    const { db, dialect } = system.connection
    const insert = (row: ReturnType<typeof rowOf>) =>
      dialect.returning(db.insertInto('IntSchema.Task').values(row), ['TaskId']).execute()
    const [first] = await insert(rowOf('first@example.com'))
    await insert(rowOf('second@example.com'))
    await operator('resume take-in-subject --yes')
    await until('it is told', () => all.legacy.records('late').length === 1)
    await all.confirmed()
    // The first one once more, as an operator sets it.
    await db
      .updateTable('IntSchema.Task')
      .set({ Status: 'PENDING' })
      .where('TaskId', '=', first?.TaskId ?? 0)
      .execute()
    await until('it is done again', async () => (await statusOf(first?.TaskId ?? 0)) === 'COMPLETE')
    await all.confirmed()
    expect(all.legacy.records('late')).toMatchObject([{ fields: { emailAddress: 'second@example.com' } }])
  })
})

const statusOf = async (taskId: number) =>
  (
    await system.connection.db
      .selectFrom('IntSchema.Task')
      .select('Status')
      .where('TaskId', '=', taskId)
      .executeTakeFirst()
  )?.Status

describe('what is gone', () => {
  it('is told once: one access, all of a user, a role, an organisation', async () => {
    await all.target('gone')
    const user = nextUser()
    await all.say('user', user, aUser(user, [accessTo('gone', 7, 1), accessTo('gone', 8, 1)]))
    await all.say('role', 'r1', { id: 5, code: 'r', status: 1, targets: ['gone'] })
    await all.say('organisation', 'o1', { id: 7, name: 'École', status: 1, targets: ['gone'] })
    await all.confirmed()
    all.legacy.forgetCalls()
    for (const [kind, id, state] of [
      ['user', user, aUser(user, [accessTo('gone', 8, 1)])],
      ['user', user, 'absent'],
      ['user', user, 'absent'],
      ['role', 'r1', 'absent'],
      ['organisation', 'o1', 'absent'],
    ] as const) {
      await all.post(kind, id, state)
      await all.confirmed()
    }
    const told = all
      .calls('gone')
      .map(({ operation, fields }) => [
        ...[operation, fields.action, fields.organisationId ?? fields.id],
        fields.wsAccountStatusCode ?? fields.status ?? fields.wsOrganisationStatusCode,
      ])
    expect(told).toEqual([
      ['ProvisionUser', 'UPDATE', '7', 'Archived'],
      ['ProvisionUser', 'UPDATE', '8', 'Archived'],
      ['ProvisionGroup', 'UPDATE', '5', 'Archived'],
      ['ProvisionOrganisation', 'UPDATE', '7', 'CLOSED'],
    ])
  })

  it('and comes again is changed, for it is there', async () => {
    await all.target('again')
    const user = nextUser()
    for (const access of [[accessTo('again', 7, 1)], [], [accessTo('again', 7, 1)]]) {
      await all.say('user', user, aUser(user, access))
      await all.confirmed()
    }
    expect(all.actions('again')).toEqual(['CREATE', 'UPDATE', 'UPDATE'])
    expect(all.legacy.records('again')).toMatchObject([{ fields: { wsAccountStatusCode: 'Active' } }])
  })

  it('is not told to who never heard of it', async () => {
    await all.target('never')
    await all.confirmed()
    await pause('tell-target')
    const user = nextUser()
    await all.say('user', user, aUser(user, [accessTo('never', 7, 1)]))
    await all.say('user', user, 'absent')
    await operator('resume tell-target --yes')
    await all.confirmed()
    expect(all.calls('never')).toEqual([])
  })

  it('is deleted here some days after it was confirmed', async () => {
    const before = await all.entries()
    const gone = before.filter(({ IsAbsent }) => IsAbsent)
    expect(gone.length).toBeGreaterThan(0)
    await system.fire('daily')
    expect(await all.entries()).toEqual(before)
    system.clock.set(later(31))
    await system.fire('daily')
    const kept = await all.entries()
    expect(kept).toEqual(before.filter(({ IsAbsent }) => !IsAbsent))
    const { db } = system.connection
    const subjects = await db
      .selectFrom('AsyncSchema.ProvisioningSubject')
      .select('SubjectId')
      .where('IsAbsent', '=', true)
      .execute()
    expect(subjects).toEqual([])
  })
})

const later = (days: number): string =>
  new Date(system.clock.instant().getTime() + days * 86_400_000).toISOString().slice(0, 19).replace('T', ' ')

describe('an answer', () => {
  it('that is a fault is not taken for done, also with the status 200', async () => {
    await all.target('fault')
    all.legacy.setFaults({ code: 'Client.Validation', status: 200 })
    const user = nextUser()
    await all.say('user', user, aUser(user, [accessTo('fault', 7, 1)]))
    await until('nobody tries again', async () => (await letters()) === 1)
    expect((await all.entries()).at(-1)).toMatchObject({
      ...{ ConfirmedVersion: 0, AtTarget: 'NO', Reason: 'target-fault-validation' },
    })
    all.legacy.setFaults()
    await operator('dead-letters retry --consumer tell-target')
    await all.confirmed()
    expect(all.legacy.records('fault')).toHaveLength(1)
  })

  it('that refuses what has changed meanwhile keeps nobody from being told of the change', async () => {
    await all.target('meanwhile')
    const saying = (name: string) => ({ id: 6, name, status: 1, targets: ['meanwhile'] })
    const changed = new Promise<void>((resolve, reject) => {
      const off = all.legacy.onCall(({ system: name }) => {
        if (name !== 'meanwhile') return
        off()
        all.say('role', 'meanwhile', saying('second')).then(resolve, reject)
      })
    })
    all.legacy.setFaults({ code: 'Client.Validation', status: 200, times: 1 })
    all.legacy.misbehave({
      kind: 'slow',
      ms: 1_000,
      when: { times: 1, match: (call) => call.system === 'meanwhile' },
    })
    await all.say('role', 'meanwhile', saying('first'))
    await changed
    await all.confirmed(20_000)
    expect(all.legacy.records('meanwhile')).toMatchObject([{ fields: { name: 'second' } }])
    expect(await letters()).toBe(0)
  })

  it('that refuses it is its message’s last: a change before that has ended is owed by another one', async () => {
    await all.target('refuses')
    await all.confirmed()
    await pause('tell-target')
    await all.say('role', 'refuses', { id: 6, name: 'first', status: 1, targets: ['refuses'] })
    const entry = await readEntry()
    const refusal = { atTarget: 'NO', reason: 'target-fault-validation' } as const
    expect(await entriesOf().refused(entry, entry.messageId ?? '', refusal)).toBe(true)
    await all.say('role', 'refuses', { id: 6, name: 'second', status: 1, targets: ['refuses'] })
    expect(await readEntry()).toMatchObject({ messages: entry.messages + 1, wantedVersion: 2 })
    await operator('resume tell-target --yes')
    await all.confirmed()
    expect(all.legacy.records('refuses')).toMatchObject([{ fields: { name: 'second' } }])
  })

  it('that was the last of its message keeps no change from being told: a day later at the latest', async () => {
    const saying = (id: string) => ({ id: 6, name: `${id} first`, status: 1, targets: ['last'] })
    await all.target('last')
    await all.confirmed()
    all.legacy.setFaults({ code: 'Client.Validation', status: 200 })
    for (const id of ['refused', 'changed']) await all.say('role', id, saying(id))
    await until('nobody tries again', async () => (await letters()) === 2)
    all.legacy.setFaults()
    // As it is where it changes after the last read of a message that is given up: that one was to take it.
    const { entryId, kind, messages } = await readEntry()
    await system.connection.db
      .updateTable('AsyncSchema.ProvisioningEntry')
      .set({ Wanted: JSON.stringify({ id: 6, name: 'second', status: 1 }), WantedVersion: 2 })
      .set({ MessageId: messageIdOf(entryId, messages) })
      .where('EntryId', '=', entryId)
      .execute()
    all.legacy.forgetCalls()
    system.clock.set(later(1))
    await system.fire('daily')
    await system.settled()
    expect(kind).toBe('role')
    expect(all.calls('last').map(({ fields }) => fields.name)).toEqual(['second'])
    expect(await readEntry()).toMatchObject({ confirmedVersion: 2, messages: messages + 1 })
    // What it refused as it is stays with whoever looks at dead letters.
    system.clock.set(later(1))
    await system.fire('daily')
    await system.settled()
    expect(all.calls('last')).toHaveLength(1)
    await operator('dead-letters retry --consumer tell-target')
    await all.confirmed()
    expect(await letters()).toBe(0)
  })

  it('that says that something passes is asked for again', async () => {
    await all.target('passes')
    all.legacy.setFaults({ code: 'Server.Busy', status: 200, times: 2 })
    await all.say('role', 'passes', { id: 6, status: 1, targets: ['passes'] })
    await all.confirmed()
    expect(all.actions('passes')).toEqual(['CREATE', 'CREATE', 'CREATE'])
  })

  it.each(['answer-lost', 'reset', 'garbage'] as const)(
    'that nobody could read is followed by a change, and nothing is made twice: %s',
    async (kind) => {
      await all.target(kind)
      all.legacy.misbehave({ kind, when: { times: 1, match: (call) => call.system === kind } })
      await all.say('role', kind, { id: 6, status: 1, targets: [kind] })
      await all.confirmed()
      expect(all.actions(kind)).toEqual(['CREATE', 'UPDATE'])
      expect(all.legacy.records(kind)).toMatchObject([{ created: 1, updated: 1 }])
    },
  )

  it('that never came of what was never done is followed by both', async () => {
    await all.target('closed')
    all.legacy.misbehave({ kind: 'refuse', when: { times: 1, match: (call) => call.system === 'closed' } })
    await all.say('role', 'closed', { id: 6, status: 1, targets: ['closed'] })
    await all.confirmed()
    expect(all.actions('closed')).toEqual(['UPDATE', 'CREATE'])
  })

  it('to what is there already is a change', async () => {
    await all.target('known')
    await all.say('role', 'known', { id: 6, status: 1, targets: ['known'] })
    await all.confirmed()
    await system.connection.db
      .updateTable('AsyncSchema.ProvisioningEntry')
      .set({ AtTarget: 'NO' })
      .where('EntryId', '=', (await all.entries()).at(-1)?.EntryId ?? 0)
      .execute()
    await all.say('role', 'known', { id: 6, status: 0, targets: ['known'] })
    await all.confirmed()
    expect(all.actions('known')).toEqual(['CREATE', 'CREATE', 'UPDATE'])
  })
})

const entriesOf = () => new Entries(system.connection, new Targets(system.connection))
/** The one that was written down last. */
const readEntry = async () => {
  const entry = await entriesOf().find((await all.entries()).at(-1)?.EntryId ?? 0)
  if (!entry) throw new Error('there is no entry')
  return entry
}

const letters = async () => {
  const { messages } = await system.connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select((eb) => eb.fn.countAll<number>().as('messages'))
    .where('Subject', '=', 'provisioning.due')
    .where('State', '=', 'FAILED')
    .executeTakeFirstOrThrow()
  return Number(messages)
}

describe('a target', () => {
  it('is asked by its password of now', async () => {
    all.legacy.setUsers({ service: 'first & <one>' })
    file.put('secret', 'service', 'first & <one>')
    await all.target('secret', { credentials: 'secret', addressed: true, format: 'collect' })
    await all.say('role', 'secret', { id: 6, status: 1, targets: ['secret'] })
    await all.confirmed()
    all.legacy.setUsers({ service: 'second]]>' })
    file.put('secret', 'service', 'second]]>')
    await all.say('role', 'secret', { id: 6, status: 0, targets: ['secret'] })
    await all.confirmed()
    const [first, second, ...others] = all.calls('secret')
    expect(others).toEqual([])
    expect(first).toMatchObject({
      ...{ soap: '1.2', username: 'service', password: 'first & <one>' },
      to: all.legacy.wsdl('secret').replace('?wsdl', ''),
      action: 'http://example.com/provisioning/v1/ProvisionCollectionGroup',
    })
    expect(second?.password).toBe('second]]>')
    expect(first?.body).toMatch(/<wsu:Timestamp.*<wsu:Created>.*<wsu:Expires>/)
  })

  it('is asked as its WSDL of now says', async () => {
    await all.target('version')
    await all.say('role', 'version', { id: 6, status: 1, targets: ['version'] })
    await all.confirmed()
    const reads = all.legacy.wsdlReads
    all.legacy.setVersion(2)
    await all.say('role', 'version', { id: 6, status: 0, targets: ['version'] })
    await all.confirmed()
    expect(all.legacy.wsdlReads).toBeGreaterThan(reads)
    expect(all.calls('version').map(({ soapAction }) => soapAction)).toEqual(
      [1, 1, 2].map((v) => `"http://example.com/provisioning/v${v}/ProvisionGroup"`),
    )
  })

  it('that is new is told of all that is its', async () => {
    const ids = Array.from({ length: 150 }, nextUser)
    for (const user of ids)
      await all.say('user', user, aUser(user, [accessTo('later', 7, 1), accessTo('else', 7)]))
    await all.target('later', { kinds: ['user'] })
    await all.confirmed(40_000)
    const told = all.legacy.records('later').map(({ key }) => key)
    expect(told.toSorted()).toEqual(ids.map((user) => `user ${user}@7`).toSorted())
    const [standing] = (await targets()).filter(({ name }) => name === 'later')
    expect(standing).toMatchObject({ wanted: 150, confirmed: 150, failed: 0 })
  })

  it('that is away holds nobody else up, and is told of all of it once it is back', async () => {
    await all.target('away', { kinds: ['user'] })
    await all.target('here', { kinds: ['user'] })
    await all.confirmed()
    all.legacy.misbehave({ kind: 'status', status: 503, when: { match: (call) => call.system === 'away' } })
    const ids = Array.from({ length: 40 }, nextUser)
    for (const user of ids)
      await all.say('user', user, aUser(user, [accessTo('away', 7, 1), accessTo('here', 7, 1)]))
    await until('it is held', async () => (await target('away'))?.state === 'HELD')
    await until('the other is told', () => all.legacy.records('here').length === ids.length)
    await until('one message is left', async () => (await owed()) <= 1)
    expect(all.legacy.records('away')).toEqual([])
    all.legacy.behaveWell()
    await all.confirmed(30_000)
    expect(all.legacy.records('away')).toHaveLength(ids.length)
    expect((await target('away'))?.state).toBe('ACTIVE')
  })
})

describe('the metrics', () => {
  const gaugesOf = async (name: string) => {
    const { port } = system.services.get('provisioner') ?? {}
    const exposed = readExposition(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
    const value = (metric: string) =>
      exposed.get(metric)?.samples.find(({ labels }) => labels.target === name)?.value
    return { unconfirmed: value('hwpv_target_unconfirmed'), age: value('hwpv_target_oldest_age_seconds') }
  }

  it('say how much a target has not confirmed, and since when the first of it waits', async () => {
    await all.target('waits')
    await all.confirmed()
    await pause('tell-target')
    const { length: before } = await all.entries()
    const now = system.clock.now().slice(0, 19)
    await all.say('role', 'waits-first', { id: 6, status: 1, targets: ['waits'] })
    system.clock.set(toLondon(new Date(system.clock.instant().getTime() + 3_600_000)))
    await all.say('role', 'waits-second', { id: 7, status: 1, targets: ['waits'] })
    expect(await all.entries()).toHaveLength(before + 2)
    await until('both are counted', async () => {
      const { unconfirmed = 0, age = 0 } = await gaugesOf('waits')
      return unconfirmed === 2 && age >= 3_600 && age < 3_720
    })
    await operator('resume tell-target --yes')
    await all.confirmed()
    await until('none is left', async () => {
      const { unconfirmed, age } = await gaugesOf('waits')
      return unconfirmed === 0 && age === 0
    })
    system.clock.set(now)
  })
})

describe('a target that is removed', () => {
  const reason = ' --reason to-see --yes'
  const endedAs = async (reasonOf: string) =>
    (
      await system.connection.db
        .selectFrom('AsyncSchema.Outbox')
        .select('State')
        .where('Subject', '=', 'provisioning.due')
        .where('LastReason', '=', reasonOf)
        .execute()
    ).map(({ State }) => State)

  it('is owed nothing any more, and what it was to know is kept nowhere; no other one hears of it', async () => {
    await all.target('leaves')
    await all.target('stays')
    await all.confirmed()
    await pause('tell-target')
    const ids = Array.from({ length: 3 }, nextUser)
    for (const id of ids) await all.say('user', id, aUser(id, [accessTo('leaves', 7), accessTo('stays', 7)]))
    const entries = await all.entries()
    const { targetId = 0 } = (await target('leaves')) ?? {}
    const owed = entries.filter(({ TargetId }) => TargetId === targetId)
    expect(owed).toHaveLength(ids.length)
    const calls = all.calls('leaves').length
    await operator(`targets remove leaves${reason}`)
    expect(await target('leaves')).toBeUndefined()
    expect((await all.entries()).filter(({ TargetId }) => TargetId === targetId)).toEqual([])
    expect(await endedAs('target-removed')).toEqual(ids.map(() => 'CANCELLED'))
    await operator('resume tell-target --yes')
    await all.confirmed()
    expect(all.calls('leaves')).toHaveLength(calls)
    expect(all.legacy.records('stays')).toHaveLength(ids.length)
    expect(await letters()).toBe(0)
  })

  it('and set up anew is told of everything that is so by then', async () => {
    await all.target('returns')
    const [kept, gone] = [nextUser(), nextUser()]
    for (const id of [kept, gone]) await all.say('user', id, aUser(id, [accessTo('returns', 7)]))
    await all.confirmed()
    await operator(`targets remove returns${reason}`)
    await all.say('user', gone, 'absent')
    all.legacy.forgetCalls()
    await all.target('returns')
    await all.confirmed()
    // It had one of them before: what is made anew is found there, and changed.
    expect(all.actions('returns')).toEqual(['CREATE', 'UPDATE'])
    for (const { fields } of all.calls('returns'))
      expect(Object.values(fields)).toContain(`zoë.${kept}@example.com`)
  })

  it('while somebody is told of it, is told no more, and is no dead letter', async () => {
    await all.target('midway')
    const user = nextUser()
    const isAsked = new Promise<void>((resolve) => {
      const off = all.legacy.onCall(({ system: name }) => {
        if (name !== 'midway') return
        off()
        resolve()
      })
    })
    all.legacy.misbehave({
      kind: 'slow',
      ms: 2_000,
      when: { times: 1, match: (call) => call.system === 'midway' },
    })
    await all.say('user', user, aUser(user, [accessTo('midway', 7)]))
    await isAsked
    await operator(`targets remove midway${reason}`)
    await system.settled()
    expect(all.actions('midway')).toEqual(['CREATE'])
    expect(await letters()).toBe(0)
  })
})

const targets = () => targetStandings(system.connection)
const target = async (name: string) => (await targets()).find((each) => each.name === name)
const owed = async () =>
  (
    await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select('OutboxId')
      .where('Subject', '=', 'provisioning.due')
      .where('DateEnded', 'is', null)
      .execute()
  ).length

describe('who says what is so', () => {
  const state = { id: 1, status: 1 }
  it.each([
    [401, 'without a token', {}],
    [401, 'with another one', { authorization: 'Bearer another-token' }],
  ])('is refused %s', async (status, _, headers) => {
    expect(await all.post('role', 'x', state, headers)).toBe(status)
  })

  it('may have the old token or the new one while it is changed', async () => {
    const headers = { authorization: 'Bearer the-one-after-it' }
    expect(await all.post('role', 'changed-token', state, headers)).toBe(202)
    expect(await all.post('role', 'changed-token', state)).toBe(202)
  })

  it.each([
    [401, { error: 'the token is not known' }, 'role/x', '{}', {}],
    [400, { error: 'kind: it is one of user, role, organisation' }, 'claim/x', '{}', undefined],
    [
      400,
      { error: expect.stringMatching(/^state[.]status: /) },
      'role/x',
      '{"id":1,"status":"one"}',
      undefined,
    ],
    [
      400,
      { error: expect.stringContaining('more than 1048576 bytes') },
      'role/x',
      'x'.repeat(1_048_577),
      undefined,
    ],
  ])('is told what is wrong: %i %j', async (status, error, path, body, headers) => {
    const answer = await all.ask(path, body, headers)
    expect([answer.status, await answer.json()]).toEqual([status, error])
  })

  it.each([
    ['another kind', 'claim', 'x', state],
    ['another id', 'role', 'x y', state],
    ['a member that is none', 'role', 'x', { ...state, name2: 'x' }],
    ['what no XML holds', 'role', 'x', { ...state, name: 'a\u0001' }],
    ['nothing', 'role', 'x', null],
    ['a list', 'role', 'x', [state]],
    ['two of one organisation', 'user', 'x', aUser(1, [accessTo('a', 7), accessTo('a', 7)])],
    ['a number that is none', 'role', 'x', { ...state, status: '1' }],
  ])('is refused where it says %s', async (_, kind, id, said) => {
    expect(await all.post(kind, id, said)).toBe(400)
  })
})

it('leaves nobody’s data anywhere but in its tables and in the calls', async () => {
  const texts = ['zoë.', 'Ashgrove', '@example.com', 'École', 'first & <one>', 'second]]>']
  const elsewhere = await writtenDown(system, placesOfSubjects)
  expect(elsewhere.length).toBeGreaterThan(100)
  expect(occurring(texts, elsewhere.join('\n'))).toEqual([])
})
