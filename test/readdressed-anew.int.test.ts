import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromLondon, toLondon } from '#shared/clock'
import { Readdressed } from '#shared/operations'
import { claimIds, earlierClaimId, people, settledClaimant } from './support/claim-rows.js'
import { lookUpNotifications } from './support/look-up-notifications.js'
import { TemplateFile, templates24 } from './support/notification-templates.js'
import { emailTask, untilTask } from './support/refused-email.js'
import { insertRows } from './support/rows.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

/** Each case has a day of its own: what is looked up at a time is looked up once. */
let day = 1
const clock = () => `2026-11-${String(day).padStart(2, '0')} 10:00:00`

let system: System
let file: TemplateFile

beforeAll(async () => {
  file = new TemplateFile(templates24)
  system = await System.start({
    clock: clock(),
    services: ['task-relay', 'notifier'],
    env: { NOTIFICATION_TEMPLATES: file.path, NOTIFICATION_AGAIN_MINUTES: '60' },
  })
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

const none = 'no.mailbox'
const former = (n: number) => `former.${n}@example.org`
const corrected = (n: number) => `corrected.${n}@example.org`
const today = (n: number) => people(n).visitor.EmailAddress
const mailboxes = (n: number) => [former(n), corrected(n), today(n)]

const asClaimEmail = (n: number, to: string) => ({ ...emailTask(n), AdditionalData: to })
const asNotification = (n: number, to: string) => ({
  ...{ ...emailTask(n), Task: 'SEND-NOTIFICATION' },
  AdditionalData: JSON.stringify({ template: 'overdue', to, personalisation }),
})
const personalisation = { name: 'A', requestsCount: 1, servicesUrl: '' }

/** The Task row of an email about the claim of claimant `n`; nobody's mailbox takes it for the time being. */
async function insert(n: number, task: ReturnType<typeof asClaimEmail>): Promise<void> {
  for (const address of mailboxes(n)) system.simulators.notify.setState(address, 'temporary-failure')
  const about = { ...task, ClaimId: earlierClaimId(n) }
  await insertRows(system.connection, { ...settledClaimant(n), 'IntSchema.Task': [about] })
}

/** An email that was sent to the visitor, for an operator has said so of its first run. */
async function readdressed(n: number): Promise<void> {
  await insert(n, asClaimEmail(n, none))
  await untilTask(system, n, 'FAILED')
  const env = { ...system.database.env, ...system.nats.envOf('ops'), OPERATOR: 'ada' }
  const { Reference } = claimIds(n)
  await runOps(`dead-letters readdress --reference ${Reference} --why told`, {
    ...env,
    CLOCK_START: clock(),
  })
  await isSent(n, 1)
}

/** Where emails about a claim went, the first one first. */
const addresses = (n: number) =>
  system.simulators.notify.calls
    .map(({ email_address: to = '' }) => to)
    .filter((to) => mailboxes(n).includes(to))

/** And written down, so that it can be looked up. */
const isSent = (n: number, times: number) =>
  until(`of claim ${n} are sent: ${times}`, async () => (await sentOf(n)).length === times)

const sentOf = (n: number) =>
  system.connection.db
    .selectFrom('AsyncSchema.Notification')
    .select('MessageId')
    .where('Reference', '=', claimIds(n).Reference)
    .execute()

/** What becomes of emails is looked up after so many minutes: an hour after one has failed it is sent anew. */
async function lookUp(minutes: number): Promise<void> {
  system.clock.set(toLondon(new Date(fromLondon(clock()).getTime() + minutes * 60_000)).slice(0, 19))
  await lookUpNotifications(system)
}

async function sentAnew(n: number): Promise<void> {
  await lookUp(1.5)
  await lookUp(62)
  await isSent(n, 2)
}

/** As a person has a row run again who has put its address right. */
async function runAgain(n: number, { AdditionalData }: ReturnType<typeof asClaimEmail>): Promise<void> {
  await system.connection.db
    .updateTable('IntSchema.Task')
    .set({ Status: 'PENDING', AdditionalData })
    .where('Reference', '=', claimIds(n).Reference)
    .execute()
}

describe('an email that goes to the visitor’s address of today, as an operator has said', () => {
  it('goes there as well when it is sent anew', async () => {
    await readdressed(1)
    await sentAnew(1)
    expect(addresses(1)).toEqual([today(1), today(1)])
  })

  it('never goes to an address that works, and that the operator had turned away from', async () => {
    await insert(2, asClaimEmail(2, former(2)))
    await isSent(2, 1)
    await sayOfFirstRun(2)
    await sentAnew(2)
    expect(addresses(2)).toEqual([former(2), today(2)])
  })

  it('does not either where it is a notification', async () => {
    await insert(3, asNotification(3, former(3)))
    await isSent(3, 1)
    await sayOfFirstRun(3)
    await sentAnew(3)
    expect(addresses(3)).toEqual([former(3), today(3)])
  })

  it('goes where its row says once a person has that run again', async () => {
    await readdressed(4)
    await runAgain(4, asClaimEmail(4, corrected(4)))
    await isSent(4, 2)
    expect(addresses(4)).toEqual([today(4), corrected(4)])
  })

  it('goes where its row says once a person has that run again, also after it was sent anew', async () => {
    await readdressed(5)
    await sentAnew(5)
    await runAgain(5, asClaimEmail(5, corrected(5)))
    await isSent(5, 3)
    expect(addresses(5)).toEqual([today(5), today(5), corrected(5)])
  })
})

/** What `readdress` writes down of an email's first run. */
async function sayOfFirstRun(n: number): Promise<void> {
  const ids = (await sentOf(n)).map(({ MessageId }) => MessageId)
  await new Readdressed(system.connection, system.clock).record(ids, 'ada')
}
