import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromLondon, toLondon } from '#shared/clock'
import { streams, subjects } from '#shared/contracts'
import { insertTasks, tasks } from '../../libs/client/src/index.js'
import { BareClient } from '../../test/support/bare-client.js'
import { claimIds, earlierClaimId, people, settledClaimant } from '../../test/support/claim-rows.js'
import { lookUpNotifications } from '../../test/support/look-up-notifications.js'
import { TemplateFile, templates24 } from '../../test/support/notification-templates.js'
import { emailTask } from '../../test/support/refused-email.js'
import { occurring, personalTexts, writtenDown } from '../../test/support/personal-data.js'
import { insertRows } from '../../test/support/rows.js'
import { runOps } from '../../test/support/run-ops.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'

const token = 'a-token-that-was-agreed-on'
/** Each case has a day of its own: what is looked up at a time is looked up once. */
let day = 1
const clock = () => `2026-11-${String(day).padStart(2, '0')} 10:00:00`

let system: System
let file: TemplateFile
let receipts: { url: string; token: string }

beforeAll(async () => {
  file = new TemplateFile(templates24)
  system = await System.start({
    clock: clock(),
    services: ['task-relay', 'notifier'],
    env: {
      NOTIFICATION_TEMPLATES: file.path,
      NOTIFY_RECEIPTS_TOKEN: token,
      NOTIFICATION_AGAIN_MINUTES: '60',
    },
  })
  const { port } = system.services.get('notifier') ?? { port: 0 }
  receipts = { url: `http://127.0.0.1:${port}/notify/receipts`, token }
}, 120_000)
beforeEach(() => {
  day += 1
  system.clock.set(clock())
})
afterEach(() => system.simulators.notify.reset())
afterAll(async () => {
  await system.stop()
  file.remove()
})

const notify = () => system.simulators.notify
/** One request to send, and no question. */
const sendingOnce = { match: () => true, times: 1 }
/** When the next is taken. */
const once = (of: ReturnType<typeof notify>) =>
  new Promise<number>((resolve) => {
    const off = of.onCall(() => {
      off()
      resolve(performance.now())
    })
  })
const later = (minutes: number): string =>
  toLondon(new Date(fromLondon(clock()).getTime() + minutes * 60_000)).slice(0, 19)

/** An email about the claim of claimant `n`, to what becomes of it. */
async function emailAbout(
  n: number,
  state: 'delivered' | 'permanent-failure' | 'temporary-failure' | 'sending',
) {
  notify().setState(people(n).visitor.EmailAddress, state)
  const task = { ...emailTask(n), ClaimId: earlierClaimId(n) }
  await insertRows(system.connection, { ...settledClaimant(n), 'IntSchema.Task': [task] })
  await until('it is with Notify', async () => (await rowsOf(n)).length === 1)
  const call = notify().calls.at(-1)
  if (!call) throw new Error('there is no call')
  return call
}

const rowsOf = (n: number) =>
  system.connection.db
    .selectFrom('AsyncSchema.Notification')
    .selectAll()
    .where('Reference', '=', claimIds(n).Reference)
    .orderBy('DateSent')
    .execute()

const stateOf = async (n: number) => (await rowsOf(n)).map(({ State }) => State)

const eventsOf = (n: number) =>
  system.connection.db
    .selectFrom('IntSchema.ClaimEvent')
    .select(['Event', 'ClaimId', 'AdditionalData', 'IsInternal', 'Caseworker'])
    .where('Reference', '=', claimIds(n).Reference)
    .execute()

const failed = (n: number) => ({
  ...{ Event: 'CLAIM-NOTIFICATION-FAILED', ClaimId: earlierClaimId(n), IsInternal: true },
  ...{ AdditionalData: 'SUBMIT_CLAIM_EMAIL_TEMPLATE_ID', Caseworker: 'System Message' },
})

/** As the scheduler has what became of them looked up. */
async function lookUp(minutes: number): Promise<void> {
  system.clock.set(later(minutes))
  await lookUpNotifications(system)
}

/** What is told to the chat waits for the scheduler, which does not run here. */
const tasksEnded = () =>
  until('no task is open', async () => {
    const open = system.connection.db.selectFrom('IntSchema.Task').select('TaskId')
    return (await open.where('Status', 'in', ['PENDING', 'IN-PROGRESS']).execute()).length === 0
  })

const alerts = async (): Promise<string[]> => {
  const client = await BareClient.connect(system.nats.url)
  const found = await client.read(streams.alerts.name)
  await client.close()
  return found.filter(({ subject }) => subject === subjects.notificationFailed).map(({ body }) => body)
}

describe('a bounced address', () => {
  it('is on its claim, and told, within the first look', async () => {
    await emailAbout(1, 'permanent-failure')
    expect(await stateOf(1)).toEqual(['sending'])
    await lookUp(1.5)
    expect(await stateOf(1)).toEqual(['permanent-failure'])
    expect(await eventsOf(1)).toEqual([failed(1)])
    expect(await alerts()).toEqual([
      '{"channel":"email","template":"SUBMIT_CLAIM_EMAIL_TEMPLATE_ID","state":"permanent-failure"}',
    ])
  })

  it('is there within a second by receipt, and once by both', async () => {
    const { notificationId } = await emailAbout(2, 'permanent-failure')
    const begun = performance.now()
    expect(await notify().sendReceipt(receipts, notificationId)).toBe(204)
    expect(await eventsOf(2)).toEqual([failed(2)])
    expect(performance.now() - begun).toBeLessThan(1_000)
    await lookUp(2)
    expect(await notify().sendReceipt(receipts, notificationId)).toBe(204)
    expect(await eventsOf(2)).toEqual([failed(2)])
  })

  it('is in the journey of its claim', async () => {
    const env = { ...system.database.env, ...system.nats.envOf('ops') }
    const { out } = await runOps(`journey ${claimIds(2).Reference}`, env)
    expect(out.join('\n')).toMatch(
      /notification +SUBMIT_CLAIM_EMAIL_TEMPLATE_ID .* permanent-failure +email, known/,
    )
    expect(out.join('\n')).toMatch(/CLAIM-NOTIFICATION-FAILED .* internal/)
  })
})

describe('a receipt', () => {
  it('without the token, or with another one, changes nothing', async () => {
    const { notificationId } = await emailAbout(3, 'permanent-failure')
    for (const wrong of ['', 'another-token', `${token}x`, token.slice(0, -1)])
      expect(await notify().sendReceipt({ ...receipts, token: wrong }, notificationId)).toBe(401)
    expect(await stateOf(3)).toEqual(['sending'])
    expect(await eventsOf(3)).toEqual([])
  })

  it('that is none is refused, whatever is in it', async () => {
    const headers = { authorization: `Bearer ${token}` }
    const post = async (body: string) => (await fetch(receipts.url, { method: 'POST', headers, body })).status
    expect(await Promise.all(['', '[]', '{"id":1}', 'x'.repeat(20_000)].map(post))).toEqual([
      400, 400, 400, 400,
    ])
    expect((await fetch(receipts.url, { headers })).status).toBe(404)
    expect((await fetch(`${receipts.url}/x`, { method: 'POST', headers, body: '{}' })).status).toBe(405)
  })

  it('of others’ messages, or of another id than Notify gave, is passed over', async () => {
    const { notificationId } = await emailAbout(4, 'sending')
    const said = { status: 'permanent-failure' }
    const others = [
      { reference: null },
      { reference: 'theirs' },
      { id: 'ffffffff-0000-4000-8000-000000000000' },
    ]
    for (const other of others)
      expect(await notify().sendReceipt(receipts, notificationId, { ...said, ...other })).toBe(204)
    expect(await stateOf(4)).toEqual(['sending'])
  })

  it('that is older than what is known changes nothing', async () => {
    const { notificationId } = await emailAbout(5, 'delivered')
    const say = (status: string) => notify().sendReceipt(receipts, notificationId, { status })
    await say('delivered')
    await say('sending')
    await say('temporary-failure')
    await say('permanent-failure')
    expect(await stateOf(5)).toEqual(['delivered'])
    expect(await eventsOf(5)).toEqual([])
  })

  it('ten times at once is one', async () => {
    const { notificationId } = await emailAbout(6, 'permanent-failure')
    await Promise.all(Array.from({ length: 10 }, () => notify().sendReceipt(receipts, notificationId)))
    expect(await eventsOf(6)).toEqual([failed(6)])
  })

  it('that comes before the answer to our own request waits for it, and is there within a second', async () => {
    notify().receiptsTo = receipts
    const answerMs = 1_000
    notify().misbehave({ kind: 'slow', ms: answerMs, when: sendingOnce })
    const taken = once(notify())
    await emailAbout(7, 'permanent-failure')
    await until('it is answered', () => notify().receiptAnswers.length === 1)
    expect(performance.now() - (await taken)).toBeLessThan(answerMs + 1_000)
    expect(notify().receiptAnswers).toEqual([204])
    expect(await stateOf(7)).toEqual(['permanent-failure'])
    expect(await eventsOf(7)).toEqual([failed(7)])
  })

  it('of a message whose answer is lost is passed over, and made good by the first look', async () => {
    notify().receiptsTo = receipts
    notify().misbehave({ kind: 'answer-lost', when: sendingOnce })
    await emailAbout(12, 'permanent-failure')
    expect(notify().receiptAnswers).toEqual([204])
    expect(notify().calls).toHaveLength(1)
    expect(await stateOf(12)).toEqual(['sending'])
    await lookUp(1.5)
    expect(await stateOf(12)).toEqual(['permanent-failure'])
    expect(await eventsOf(12)).toEqual([failed(12)])
  })
})

describe('what fails for the time being', () => {
  it('is sent anew once, later, as a run of its own; the second time it is told', async () => {
    await emailAbout(8, 'temporary-failure')
    await lookUp(1.5)
    expect(await stateOf(8)).toEqual(['temporary-failure'])
    expect(await eventsOf(8)).toEqual([])
    await lookUp(30)
    expect(await rowsOf(8)).toHaveLength(1)
    await lookUp(62)
    await until('it is sent anew', async () => (await rowsOf(8)).length === 2)
    const references = notify().calls.map(({ reference }) => reference)
    expect(new Set(references).size).toBe(2)
    await lookUp(64)
    expect(await stateOf(8)).toEqual(['temporary-failure', 'temporary-failure'])
    expect(await eventsOf(8)).toEqual([failed(8)])
    await lookUp(200)
    await tasksEnded()
    expect(await rowsOf(8)).toHaveLength(2)
  })

  it('is not sent anew where somebody has had it run again since', async () => {
    await emailAbout(9, 'temporary-failure')
    await lookUp(1.5)
    notify().setState(people(9).visitor.EmailAddress, 'delivered')
    await runAgain(9)
    await until('it is sent', async () => (await rowsOf(9)).length === 2)
    await lookUp(62)
    await lookUp(64)
    await tasksEnded()
    expect(await rowsOf(9)).toHaveLength(2)
  })

  it('and somebody has had it run again in vain: that run is sent anew in its place, and then it is told', async () => {
    await emailAbout(13, 'temporary-failure')
    await lookUp(1.5)
    await runAgain(13)
    await until('it is sent', async () => (await rowsOf(13)).length === 2)
    for (const minutes of [5, 62]) await lookUp(minutes)
    await tasksEnded()
    expect(await rowsOf(13)).toHaveLength(2)
    await lookUp(66)
    await until('it is sent anew', async () => (await rowsOf(13)).length === 3)
    expect(await eventsOf(13)).toEqual([])
    for (const minutes of [70, 140]) await lookUp(minutes)
    expect(await eventsOf(13)).toEqual([failed(13)])
    await tasksEnded()
    expect(await rowsOf(13)).toHaveLength(3)
  })

  it('and cannot be sent anew, for its row is gone: that is told', async () => {
    await emailAbout(14, 'temporary-failure')
    await lookUp(1.5)
    const { Reference } = claimIds(14)
    await system.connection.db.deleteFrom('IntSchema.Task').where('Reference', '=', Reference).execute()
    for (const minutes of [62, 64]) await lookUp(minutes)
    expect(await eventsOf(14)).toEqual([failed(14)])
  })

  it('is sent anew once for its row, whatever was looked at before: the index refuses the second time', async () => {
    await emailAbout(15, 'temporary-failure')
    await lookUp(1.5)
    const [row] = await rowsOf(15)
    if (!row) throw new Error('there is no row')
    // As another run of the row left it, which nobody had seen when it was asked about.
    const other = { ...row, MessageId: 'another run', DateSentAnew: row.DateEnded, DateNextLook: null }
    await system.connection.db.insertInto('AsyncSchema.Notification').values(other).execute()
    for (const minutes of [62, 64]) await lookUp(minutes)
    await tasksEnded()
    expect(await rowsOf(15)).toHaveLength(2)
    expect(await eventsOf(15)).toEqual([failed(15)])
  })
})

describe('what fails for the time being, and is refused as it is sent anew', () => {
  /** A text to the visitor that is of no use after so many minutes. */
  async function expiringAbout(n: number, minutes: number) {
    notify().setState(people(n).visitor.EmailAddress, 'temporary-failure')
    const expires = fromLondon(later(minutes)).toISOString()
    const data = { template: 'overdue', to: 'visitor', personalisation: overdue, expires }
    const about = { ClaimId: earlierClaimId(n), AdditionalData: JSON.stringify(data) }
    await insertRows(system.connection, {
      ...settledClaimant(n),
      'IntSchema.Task': [{ ...emailTask(n), ...about, Task: 'SEND-NOTIFICATION' }],
    })
    await until('it is with Notify', async () => (await rowsOf(n)).length === 1)
  }
  const overdue = { name: 'A', requestsCount: 1, servicesUrl: '' }
  const told = (n: number) => ({ ...failed(n), AdditionalData: 'overdue' })
  const lastRun = async (n: number) => {
    const run = await system.connection.db
      .selectFrom('AsyncSchema.Outbox as o')
      .innerJoin('IntSchema.Task as t', 't.TaskId', 'o.TaskId')
      .select(['o.Run', 'o.LastReason', 'o.DateEnded', 'o.State'])
      .where('o.TaskSchema', '=', 'IntSchema')
      .where('t.Reference', '=', claimIds(n).Reference)
      .orderBy('o.Run', 'desc')
      .executeTakeFirstOrThrow()
    return run
  }
  const untilRefused = (n: number, reason: string) =>
    until('it is refused', async () => (await lastRun(n)).LastReason === reason)
  const alertsOf = async () => (await alerts()).filter((body) => body.includes('"overdue"'))

  it('for it has expired meanwhile: that is told, once', async () => {
    const before = (await alertsOf()).length
    await expiringAbout(16, 30)
    await lookUp(1.5)
    await lookUp(62)
    await untilRefused(16, 'expired')
    expect(await eventsOf(16)).toEqual([])
    await lookUp(64)
    expect(await eventsOf(16)).toEqual([told(16)])
    expect(await noteOf(16)).toBe(
      'An email about this claim did not reach its recipient: the mailbox was full or the phone off, and it was not sent a second time.',
    )
    const { DateEnded: first } = await lastRun(16)
    await runOps('dead-letters retry --reason expired --why testing', {
      ...{ ...system.database.env, ...system.nats.envOf('ops'), OPERATOR: 'ada' },
      CLOCK_START: system.clock.now().slice(0, 19),
    })
    await until('it is refused once more', async () => {
      const { DateEnded, State } = await lastRun(16)
      return State === 'FAILED' && DateEnded !== first
    })
    for (const minutes of [70, 140]) await lookUp(minutes)
    expect(await eventsOf(16)).toEqual([told(16)])
    expect((await alertsOf()).length - before).toBe(1)
  })

  it('for its template has gone: that is told as well, and not while it is under way', async () => {
    await expiringAbout(17, 600)
    await lookUp(1.5)
    await system.stopService('task-relay')
    await lookUp(62)
    for (const minutes of [64, 67]) await lookUp(minutes)
    expect(await eventsOf(17)).toEqual([])
    await system.connection.db
      .updateTable('IntSchema.Task')
      .set({ AdditionalData: JSON.stringify({ template: 'gone', to: 'visitor' }) })
      .where('Reference', '=', claimIds(17).Reference)
      .execute()
    await system.startService('task-relay')
    await untilRefused(17, 'template-unknown')
    await lookUp(72)
    expect(await eventsOf(17)).toEqual([told(17)])
  })

  it('as somebody has had it run again: that is told likewise', async () => {
    await expiringAbout(18, 30)
    await lookUp(1.5)
    system.clock.set(later(40))
    await runAgain(18)
    await untilRefused(18, 'expired')
    for (const minutes of [62, 64]) await lookUp(minutes)
    expect(await eventsOf(18)).toEqual([told(18)])
  })

  const noteOf = async (n: number) =>
    (
      await system.connection.db
        .selectFrom('IntSchema.ClaimEvent')
        .select('Note')
        .where('Reference', '=', claimIds(n).Reference)
        .executeTakeFirstOrThrow()
    ).Note
})

const runAgain = (n: number) =>
  system.connection.db
    .updateTable('IntSchema.Task')
    .set({ Status: 'PENDING' })
    .where('Reference', '=', claimIds(n).Reference)
    .execute()

describe('the looks', () => {
  it('come after 1, 4, 9 … minutes, then hourly, and end after three days', async () => {
    await emailAbout(10, 'sending')
    const minutesTo = async (at: number) => {
      await lookUp(at)
      const [row] = await rowsOf(10)
      if (row?.DateNextLook == null) return row?.State
      return Math.round((fromLondon(row.DateNextLook).getTime() - fromLondon(clock()).getTime()) / 60_000)
    }
    const seen = []
    for (const at of [1.5, 5, 10, 17, 50, 110]) seen.push(await minutesTo(at))
    expect(seen).toEqual([4, 9, 16, 25, 109, 169])
    expect(await minutesTo(3 * 24 * 60 + 1)).toBe('unknown')
  })

  it('are of many at a time, where many were sent', async () => {
    const to = Array.from({ length: 600 }, (_, n) => `person-${n}@example.org`)
    const personalisation = { name: 'A', requestsCount: 1, servicesUrl: '' }
    const made = tasks.notification({ template: 'overdue', to, personalisation })
    await system.connection.db
      .transaction()
      .execute((trx) => insertTasks(made, (_, row) => trx.insertInto('IntSchema.Task').values(row).execute()))
    const open = () =>
      system.connection.db
        .selectFrom('AsyncSchema.Notification')
        .select('State')
        .where('Template', '=', 'overdue')
        .where('Reference', 'is', null)
        .execute()
    await until('all are with Notify', async () => (await open()).length === 600, 50_000)
    const before = notify().requests
    await lookUp(2)
    expect((await open()).filter(({ State }) => State === 'delivered')).toHaveLength(600)
    expect(notify().requests - before).toBeLessThan(15)
  })

  it('stop while Notify is out, and nothing is lost', async () => {
    await emailAbout(11, 'permanent-failure')
    notify().misbehave({ kind: 'status', status: 503, when: { times: 2 } })
    await lookUp(1.5)
    expect(await stateOf(11)).toEqual(['permanent-failure'])
  })
})

it('nothing of the recipients is written down', async () => {
  const texts = Array.from({ length: 18 }, (_, n) => personalTexts(settledClaimant(n + 1))).flat()
  const written = await writtenDown(system)
  expect(occurring(texts, written.join('\n'))).toEqual([])
})
