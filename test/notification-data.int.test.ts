import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fromLondon, toLondon } from '#shared/clock'
import { notifyError, OtlpReceiver } from '../testing/simulators/index.js'
import { tasks } from '../libs/client/src/index.js'
import { claimIds, earlierClaimId, settledClaimant } from './support/claim-rows.js'
import { leaveTraces } from './support/console-pages.js'
import { ConsoleWorld } from './support/console-world.js'
import { firedYearsAgo } from './support/fired-before.js'
import { lookAtAll, type Said } from './support/looked-at.js'
import { lookUpNotifications } from './support/look-up-notifications.js'
import { TemplateFile, templates24 } from './support/notification-templates.js'
import { occurring, personalTexts } from './support/personal-data.js'
import { insertRows } from './support/rows.js'
import type { System } from './support/system.js'
import { until } from './support/until.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const clock = '2026-11-18 10:00:00'
const token = 'a-token-that-was-agreed-on'
const addresses = ['zoe.unheard-of@example.org', 'nobody.at.home@example.org', 'mailbox.is.full@example.org']
const [zoe = '', gone = '', full = ''] = addresses
const code = '846217'
/** What the rows say, to whom, in every way in which somebody could write it. */
const secrets = [
  ...addresses,
  ...['07700 900741', '+447700900741', '447700900741', '7700900741', '07700 900742'],
  ...[code, 'Zoë Unheard-of', 'Role of the second kind', 'somebody without an address'],
  ...personalTexts(settledClaimant(1)),
]

let world: ConsoleWorld
let system: System
let file: TemplateFile
let receipts: { url: string; token: string }
const receiver = new OtlpReceiver()
let said: Said

const notify = () => system.simulators.notify

beforeAll(async () => {
  await receiver.listen(0)
  file = new TemplateFile(templates24)
  const env: Record<string, string> = {
    ...{ NOTIFICATION_TEMPLATES: file.path, NOTIFY_RECEIPTS_TOKEN: token },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, CHAT_PAUSE_SECONDS: '1' },
  }
  world = await ConsoleWorld.start({ clock, env, services: ['task-relay', 'notifier'] })
  system = world.system
  env.CHAT_WEBHOOK_URL = system.simulators.chat.webhook
  await firedYearsAgo(system.connection)
  await system.startService('scheduler')
  receipts = { url: `http://127.0.0.1:${system.services.get('notifier')?.port}/notify/receipts`, token }
  await leaveTraces(system)
  await insertRows(system.connection, settledClaimant(1))
  await sendAll()
  said = await lookAtAll({
    ...{ world, receiver, clock, reference: claimIds(1).Reference, names: [], ops: done },
    until: () =>
      until('the chat is told', () =>
        system.simulators.chat.calls.some(({ text: line }) => /nobody/.test(line)),
      ),
  })
}, 300_000)
afterAll(async () => {
  await world?.issuer.close()
  await system?.stop()
  await receiver.close()
  file?.remove()
})

const personalisation = { name: 'Zoë Unheard-of', requestsCount: 3, servicesUrl: 'https://example.org' }
const email = { template: 'overdue', to: zoe, personalisation }
const text = { template: 'code', to: '07700 900741', personalisation: { code } }

/** As it stands in a row; whatever is no text, as JSON. */
async function handOver(data: unknown, isAboutClaim = false): Promise<number> {
  const [task] = tasks.notification({ template: 'code', to: '07700 900123' })
  if (!task) throw new Error('there is no task')
  const ids = isAboutClaim ? { ...claimIds(1), ClaimId: earlierClaimId(1) } : {}
  const AdditionalData = typeof data === 'string' ? data : JSON.stringify(data)
  const { db, dialect } = system.connection
  const row = { ...task.row, ...ids, AdditionalData }
  const [made] = await dialect.returning(db.insertInto('IntSchema.Task').values(row), ['TaskId']).execute()
  return made?.TaskId ?? 0
}

const stateOf = async (taskId: number) =>
  (
    await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select('State')
      .where('TaskId', '=', taskId)
      .where('TaskSchema', '=', 'IntSchema')
      .orderBy('OutboxId', 'desc')
      .executeTakeFirst()
  )?.State

async function ends(state: string, data: unknown, isAboutClaim = false): Promise<void> {
  const taskId = await handOver(data, isAboutClaim)
  await until(`${JSON.stringify(data)} is ${state}`, async () => (await stateOf(taskId)) === state)
}

/** One of everything that can become of a notification. */
async function sendAll(): Promise<void> {
  notify().setState(gone, 'permanent-failure')
  notify().setState(full, 'temporary-failure')
  await ends('DONE', email, true)
  await ends('DONE', text)
  await ends('DONE', { ...email, to: '+447700900741', template: 'code', personalisation: { code } })
  await ends('DONE', { ...text, to: 'visitor' }, true)
  await ends('DONE', {
    ...{ template: 'serviceApprovedV2', to: zoe },
    personalisation: {
      ...{ firstName: 'Zoë Unheard-of', lastName: '', orgName: '', permissionName: '', serviceName: '' },
      ...{ subServices: ['Role of the second kind'], isApprover: false },
    },
  })
  const { notificationId } = notify().calls.at(-1) ?? { notificationId: '' }
  await ends('DONE', { ...email, to: gone }, true)
  const bounced = notify().calls.at(-1)?.notificationId ?? ''
  await ends('DONE', { ...email, to: full }, true)
  await receiptsOf(notificationId, bounced)
  await refusedOnes()
  await failedTries()
  await lookUp()
  notify().setDailyLimits({ sms: 0 })
  await ends('WAITING', { ...text, to: '07700 900742' })
}

async function receiptsOf(delivered: string, bounced: string): Promise<void> {
  expect(await notify().sendReceipt(receipts, delivered)).toBe(204)
  expect(await notify().sendReceipt(receipts, bounced)).toBe(204)
  expect(await notify().sendReceipt({ ...receipts, token: zoe }, bounced)).toBe(401)
  expect(await notify().sendReceipt(receipts, bounced, { reference: zoe })).toBe(204)
  expect(await notify().sendReceipt(receipts, bounced, { status: zoe })).toBe(204)
  for (const body of [`{"to":"${zoe}"`, JSON.stringify({ to: zoe, id: 7 })]) {
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(receipts.url, { method: 'POST', headers, body })).status).toBe(400)
  }
}

async function refusedOnes(): Promise<void> {
  // A web app's mistakes: what belongs into one place stands in another.
  await ends('FAILED', { ...text, template: zoe })
  await ends('FAILED', { ...text, personalisation: { [zoe]: code } })
  await ends('FAILED', { ...text, personalisation: { code: { nested: zoe } } })
  await ends('FAILED', { ...text, to: 'somebody without an address' })
  await ends('FAILED', { ...text, to: zoe }, true)
  await ends('FAILED', { ...text, expires: zoe })
  await ends('FAILED', { ...text, expires: '2026-01-01T00:00:00Z' })
  await ends('FAILED', { ...text, [zoe]: code })
  await ends('FAILED', `{"template":"code","to":"${zoe}`)
}

async function failedTries(): Promise<void> {
  const quoting = (status: number) =>
    notifyError(status, 'BadRequestError', `email_address ${zoe} is not one, says ${code}`)
  notify().misbehave({ kind: 'status', status: 400, body: quoting(400), when: { times: 1 } })
  await ends('FAILED', email, true)
  notify().misbehave({ kind: 'status', status: 500, body: quoting(500), when: { times: 1 } })
  notify().misbehave({ kind: 'garbage', when: { times: 1 } })
  notify().misbehave({ kind: 'answer-lost', when: { times: 1 } })
  await ends('DONE', email)
}

/** As the scheduler has what became of them looked up. */
async function lookUp(): Promise<void> {
  system.clock.set(toLondon(new Date(fromLondon(clock).getTime() + 2 * 60_000)).slice(0, 19))
  await lookUpNotifications(system)
  await until('what became of all is known', async () => {
    const open = system.connection.db.selectFrom('AsyncSchema.Notification').select('State')
    return (await open.where('State', '=', 'sending').execute()).length === 0
  })
}

/** What an operator does with them. */
const done = [
  'dead-letters retry --consumer send-notification --dry-run',
  `dead-letters readdress --reference ${claimIds(1).Reference} --dry-run`,
  'dead-letters retry --reason personalisation-missing --why tried --yes',
  'dead-letters discard --reason notification-malformed --why gone --yes',
  'tasks retry --task SEND-NOTIFICATION --dry-run',
  'tasks close --task SEND-NOTIFICATION --reason seen --yes',
]
const places = (which: RegExp) => said.places(which)
const found = (which: RegExp) => said.found(secrets, which)

describe('addresses, numbers, codes and names', () => {
  it('are in the rows, and at Notify: this test finds them', async () => {
    const rows = await system.connection.db.selectFrom('IntSchema.Task').selectAll().execute()
    const visitors = await system.connection.db.selectFrom('IntSchema.Visitor').selectAll().execute()
    const words = JSON.stringify([rows, visitors, notify().calls])
    for (const text of ['zoe.unheard-of@example.org', code, 'Zoë Unheard-of', '07700 900742'])
      expect(occurring([text], words)).toEqual([text])
    expect(occurring(secrets, words).length).toBeGreaterThan(12)
  })

  it.each([
    ['metrics', /\/metrics$/, /hwpv_notifications_total\{[^}]*permanent-failure/],
    ['traces', /^spans/, /notify send-text/],
    ['pages', /^page/, /CLAIM-NOTIFICATION-FAILED/],
    ['answers of the API', /^api/, /"permanent-failure"/],
    ["lines of the operator's commands", /^ops/, /notification +overdue .* permanent-failure/],
    ['the chat', /^chat/, /email, overdue: permanent-failure/],
    ['health and information', /\/(?:health|info|ping)/, /notifier/],
    ['streams, log lines and own tables', /^(?:written|log)/, /notify-400-address/],
  ])('are in no %s, which say of them what may be said', (_, which, says) => {
    const words = places(which).map(([, each]) => each)
    expect(says.test(words.join('\n'))).toBe(true)
    expect(found(which)).toEqual([])
  })

  it('are nowhere else', () => {
    expect(found(/^/)).toEqual([])
  })
})

describe('a failure for good of an email about a claim', () => {
  it('is on its journey in the console, with the event that caseworkers see', () => {
    const [, page = ''] = places(new RegExp(`^page /journey/${claimIds(1).Reference}$`))[0] ?? []
    expect(page).toMatch(/Email handed over to Notify[^]*permanent-failure/)
    expect(page).toContain('Event CLAIM-NOTIFICATION-FAILED')
  })
})
