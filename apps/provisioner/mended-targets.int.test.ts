import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { changeTarget, setTarget } from '#shared/operations'
import { Targets, type TargetGiven } from '#shared/provisioning'
import { Provisioned, provisionerToken } from '../../test/support/provisioned.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'

let system: System
let all: Provisioned
beforeAll(async () => {
  system = await System.start({
    services: ['task-relay'],
    env: { PROVISIONER_API_TOKEN: provisionerToken, PROVISIONER_TIMEOUT_MS: '5000' },
  })
  const { port } = await system.startService('provisioner')
  all = new Provisioned(system, port)
}, 120_000)
afterAll(() => system.stop())
afterEach(() => all.legacy.behaveWell())

const given = (to: string): TargetGiven => ({
  ...{ wsdl: all.legacy.wsdl(to), format: 'default', kinds: ['role'], credentials: null, addressed: false },
})
const at = () => ({ now: system.clock.now(), dryRun: false })
const set = (name: string, to: string) => setTarget(system.connection, name, given(to), at())
const named = (name: string) => new Targets(system.connection).named(name)
const stateOf = async (name: string) => (await named(name))?.state
const entriesOf = async (target: string) => {
  const found = await named(target)
  return (await all.entries()).filter(({ TargetId }) => TargetId === found?.targetId)
}
const entryOf = async (target: string) => (await entriesOf(target))[0]
const isReleased = async (messageId: string | null | undefined) => {
  const released = system.connection.db
    .selectFrom('AsyncSchema.Inbox')
    .select('State')
    .where('MessageId', '=', messageId ?? '')
    .where('State', '=', 'RELEASED')
  return (await released.executeTakeFirst()) !== undefined
}
/** After so many tries the next one is longer away than anything here takes. */
const tries = 4

/** A target that answers 503, and a role that waits there for its next try. */
async function waitingAt(name: string): Promise<string> {
  await all.target(name, { kinds: ['role'] })
  await all.confirmed()
  all.legacy.misbehave({ kind: 'status', status: 503, when: { match: (call) => call.system === name } })
  await all.say('role', name, { id: 6, status: 1, targets: [name] })
  await until('it was tried', async () => ((await named(name))?.failedInARow ?? 0) >= tries)
  await until('it waits', async () => isReleased((await entryOf(name))?.MessageId))
  return (await entryOf(name))?.MessageId ?? ''
}

describe('what waits for its next try at a target', () => {
  it('is told at once, by another message, where the target is set up anew', async () => {
    const waiting = await waitingAt('moves')
    await set('moves', 'elsewhere')
    await all.confirmed()
    expect(await entryOf('moves')).toMatchObject({ Messages: 2, AtTarget: 'YES' })
    expect(all.legacy.records('elsewhere')).toHaveLength(1)
    const { State, LastReason } = await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select(['State', 'LastReason'])
      .where('MessageId', '=', waiting)
      .executeTakeFirstOrThrow()
    expect({ State, LastReason }).toEqual({ State: 'CANCELLED', LastReason: 'target-told-anew' })
  })

  it('is told at once where it is let go on, and none of it twice', async () => {
    await waitingAt('rests')
    await changeTarget(system.connection, 'hold', 'rests', at())
    all.legacy.behaveWell()
    await changeTarget(system.connection, 'resume', 'rests', at())
    await all.confirmed()
    expect((await entryOf('rests'))?.Messages).toBeGreaterThan(1)
    expect(all.legacy.records('rests')).toHaveLength(1)
  })

  it('stays with the call that is under way', async () => {
    await all.target('asked', { kinds: ['role'] })
    await all.confirmed()
    const isAsked = new Promise<void>((resolve) => {
      const off = all.legacy.onCall(({ system: name }) => {
        if (name !== 'asked') return
        off()
        resolve()
      })
    })
    all.legacy.misbehave({
      ...{ kind: 'slow', ms: 1_000 },
      when: { times: 1, match: (call) => call.system === 'asked' },
    })
    await all.say('role', 'asked', { id: 7, status: 1, targets: ['asked'] })
    await isAsked
    await set('asked', 'asked')
    await all.confirmed()
    expect(all.actions('asked')).toEqual(['CREATE'])
    expect((await entryOf('asked'))?.Messages).toBe(1)
  })
})

describe('a target that is held', () => {
  it('because it failed, goes on at once where it is set up anew', async () => {
    await waitingAt('fails')
    const { targetId = 0 } = (await named('fails')) ?? {}
    // As after twenty failures in a row: the message that waits goes on asking.
    await system.connection.db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set({ State: 'HELD', ProbeMessageId: (await entryOf('fails'))?.MessageId ?? null })
      .where('TargetId', '=', targetId)
      .execute()
    expect(await set('fails', 'mended')).toEqual({ target: 'fails' })
    expect(await stateOf('fails')).toBe('ACTIVE')
    await all.confirmed()
    expect(all.legacy.records('mended')).toHaveLength(1)
  })

  it('goes on being asked where a filling calls off the message that asked it', async () => {
    const asking = await waitingAt('heir')
    const { targetId = 0 } = (await named('heir')) ?? {}
    // As after twenty failures in a row, while a filling that was begun before is under way.
    await system.connection.transaction(async (db) => {
      await db
        .updateTable('AsyncSchema.ProvisioningTarget')
        .set({ State: 'HELD', ProbeMessageId: asking })
        .where('TargetId', '=', targetId)
        .execute()
      const { connection, clock } = system
      await new Targets(connection).fill({ db, dialect: connection.dialect, now: clock.now() }, targetId)
    })
    await until('another message owes it', async () => (await entryOf('heir'))?.Messages === 2)
    all.legacy.behaveWell()
    await all.confirmed()
    expect(await stateOf('heir')).toBe('ACTIVE')
    expect(all.legacy.records('heir')).toHaveLength(1)
  })

  it('is asked by the next message where the one that asked it was called off with its flow', async () => {
    const name = 'next'
    const asking = await waitingAt(name)
    const { targetId = 0 } = (await named(name)) ?? {}
    const { db } = system.connection
    await db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set({ State: 'HELD', ProbeMessageId: asking })
      .where('TargetId', '=', targetId)
      .execute()
    // It asks still: nobody takes its place.
    await all.say('role', `${name}-other`, { id: 8, status: 1, targets: [name] })
    await until('it is left', async () => (await entriesOf(name)).some(({ MessageId }) => MessageId === null))
    expect((await named(name))?.probe).toBe(asking)
    await db
      .updateTable('AsyncSchema.Outbox')
      .set({ State: 'CANCELLED', LastReason: 'cancelled', DateEnded: system.clock.now() })
      .where('MessageId', '=', asking)
      .execute()
    all.legacy.behaveWell()
    await all.say('role', `${name}-third`, { id: 9, status: 1, targets: [name] })
    await all.confirmed()
    expect(await stateOf(name)).toBe('ACTIVE')
    expect(all.legacy.records(name)).toHaveLength(3)
  })

  it('by a person, stays held, and says so', async () => {
    await all.target('rested', { kinds: ['role'] })
    await changeTarget(system.connection, 'hold', 'rested', at())
    for (const dryRun of [true, false])
      expect(await setTarget(system.connection, 'rested', given('x'), { ...at(), dryRun })).toEqual({
        ...{ target: 'rested', held: true },
      })
    expect(await stateOf('rested')).toBe('HELD')
  })
})
