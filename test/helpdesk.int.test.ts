import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { streams } from '#shared/contracts'
import { foundRows, inFull, runAgain, runsOf, submit } from './support/claim-cases.js'
import { tasksDone, tasksFailed } from './support/claim-ends.js'
import { deliverAgain } from './support/deliver-again.js'
import { messageIdIn } from './support/message-ids.js'
import { occurring, writtenDown } from './support/personal-data.js'
import { readRows, type Rows } from './support/rows.js'
import { System } from './support/system.js'

const clock = '2024-03-13 11:30:00'
const services = ['task-relay', 'notifier']
const [name, email] = ['Gwendolyn Ní Mhurchú', 'gwen@example.com']
const issue = 'The page “Your claims” stays white & nothing happens.\r\nSee a~~b~~c'

let tasks = 0
/** The Task row of somebody who asks for help. */
const asks = (AdditionalData: string | null = [name, email, issue].join('~~')) => {
  const taskId = 7000 + ++tasks
  const row = { TaskId: taskId, Task: 'TECHNICAL_HELP_SUBMITTED', AdditionalData }
  const given: Rows = {
    'ExtSchema.Task': [{ ...row, DateCreated: '2024-03-13 09:00:00', Status: 'PENDING' }],
  }
  return { taskId, key: messageIdIn(given, 'ExtSchema', taskId), given }
}

const ticket = {
  submitter_id: '114198238551',
  requester: { name, email, verified: true },
  subject: 'Test: Help With Prison Visits - Help',
  comment: { body: issue },
  tags: ['HelpWithPrisonVisits', 'Test'],
}

const run = (State: string, LastReason: string | null) => [{ State, LastReason }]

/** Every row of every table is of the task at hand: none stays longer than its test. */
async function emptied(system: System): Promise<void> {
  await system.connection.db.deleteFrom('ExtSchema.Task').execute()
  system.simulators.reset()
}

describe('a ticket for who asks for help', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({ clock, services, env: { HELPDESK_TIMEOUT_MS: '1000' } })
  }, 120_000)
  afterEach(() => emptied(system))
  afterAll(() => system.stop())

  const callsOf = (key: string) =>
    system.simulators.helpdesk.calls.filter(({ idempotencyKey }) => idempotencyKey === key)

  async function help(data?: string | null) {
    const asked = asks(data)
    await submit(system, asked.given)
    await system.settled()
    return asked
  }

  it('is raised as the helpdesk takes it, with the message as its key', async () => {
    const { taskId, key, given } = await help()
    expect(system.simulators.helpdesk.calls).toEqual([
      {
        method: 'POST',
        path: '/api/v2/tickets.json',
        ticketId: 1001,
        ticket,
        idempotencyKey: key,
        duplicate: false,
      },
    ])
    expect(await foundRows(system, given)).toEqual(inFull(tasksDone(given)))
    expect(await runsOf(system, 'ExtSchema', taskId)).toEqual(run('DONE', null))
  })

  it('is raised once, however often the message comes', async () => {
    await help()
    const rows = await readRows(system.connection)
    const { helpdesk } = system.simulators
    const requests = helpdesk.requests
    system.clock.set('2024-03-13 14:30:00')
    expect(await deliverAgain(system, streams.notifications.name, 5)).toBeGreaterThanOrEqual(5)
    system.clock.set(clock)
    expect(helpdesk.requests).toBe(requests)
    expect(await readRows(system.connection)).toEqual(rows)
  })

  it('is asked for by nobody else while somebody is at it', async () => {
    const { helpdesk } = system.simulators
    helpdesk.misbehave({ kind: 'slow', ms: 700, when: { times: 1 } })
    const { key, given } = asks()
    await submit(system, given)
    await helpdesk.waitForCalls(1)
    await deliverAgain(system, streams.notifications.name, 5)
    await system.settled()
    expect(helpdesk.requests).toBe(1)
    expect(helpdesk.tickets).toEqual([{ id: 1001, ticket, idempotencyKey: key }])
  })

  it('is another one when an operator runs the task again', async () => {
    const { taskId, given } = await help()
    await runAgain(system, 'ExtSchema', taskId)
    await system.settled()
    expect(system.simulators.helpdesk.tickets).toEqual([
      { id: 1001, ticket, idempotencyKey: messageIdIn(given, 'ExtSchema', taskId) },
      { id: 1002, ticket, idempotencyKey: messageIdIn(given, 'ExtSchema', taskId, 2) },
    ])
  })

  it.each([
    ['an error', { kind: 'status', status: 500 }, 'helpdesk-500', 1],
    ['too many requests', { kind: 'status', status: 429 }, 'helpdesk-429', 1],
    ['a lost answer', { kind: 'answer-lost' }, 'helpdesk-reset', 2],
    ['an answer too late', { kind: 'slow', ms: 3_000 }, 'helpdesk-timeout', 2],
    ['nonsense for an answer', { kind: 'garbage' }, 'helpdesk-200', 2],
  ] as const)('is raised once all the same after %s', async (_, rule, reason, calls) => {
    system.simulators.helpdesk.misbehave({ ...rule, when: { times: 1 } })
    const { taskId, key, given } = await help()
    expect(callsOf(key)).toHaveLength(calls)
    expect(system.simulators.helpdesk.tickets).toEqual([{ id: 1001, ticket, idempotencyKey: key }])
    expect(await foundRows(system, given)).toEqual(inFull(tasksDone(given)))
    expect(await runsOf(system, 'ExtSchema', taskId)).toEqual(run('DONE', reason))
  })

  it.each([400, 422])('is refused for good with status %d', async (status) => {
    system.simulators.helpdesk.misbehave({ kind: 'status', status })
    const { taskId, given } = await help()
    expect(await foundRows(system, given)).toEqual(inFull(tasksFailed(given)))
    expect(await runsOf(system, 'ExtSchema', taskId)).toEqual(run('FAILED', `helpdesk-${status}`))
    expect(system.simulators.helpdesk.requests).toBe(1)
  })

  it.each([null, 'Gwen', 'Gwen~~gwen@example.com', '~~gwen@example.com~~x', 'Gwen~~gwen@example.com~~ '])(
    'is not raised for %j',
    async (data) => {
      const { taskId, given } = await help(data)
      expect(await foundRows(system, given)).toEqual(inFull(tasksFailed(given)))
      expect(await runsOf(system, 'ExtSchema', taskId)).toEqual(run('FAILED', 'help-request-malformed'))
      expect(system.simulators.helpdesk.requests).toBe(0)
    },
  )

  /** As a process leaves it that was killed between its request and the end of its work. */
  async function helpAfterAttemptAt(DateStarted: string) {
    const asked = asks()
    const attempt = { MessageId: asked.key, State: 'STARTED', DateStarted }
    await system.connection.db
      .insertInto('AsyncSchema.Inbox')
      .values([
        { Consumer: 'raise-ticket', ...attempt },
        { Consumer: 'raise-ticket:first-attempt', ...attempt },
      ])
      .execute()
    system.clock.set(clock)
    await submit(system, asked.given)
    await system.settled()
    return asked
  }

  it('is asked for again while the helpdesk knows the key of an attempt that was broken off', async () => {
    const { taskId, key, given } = await helpAfterAttemptAt('2024-03-13 09:41:00.000')
    expect(system.simulators.helpdesk.tickets).toEqual([{ id: 1001, ticket, idempotencyKey: key }])
    expect(await foundRows(system, given)).toEqual(inFull(tasksDone(given)))
    expect(await runsOf(system, 'ExtSchema', taskId)).toEqual(run('DONE', null))
  })

  it('is left to the operator once the helpdesk may have forgotten', async () => {
    const { taskId, given } = await helpAfterAttemptAt('2024-03-13 09:40:00.000')
    expect(system.simulators.helpdesk.requests).toBe(0)
    expect(await foundRows(system, given)).toEqual(inFull(tasksFailed(given)))
    expect(await runsOf(system, 'ExtSchema', taskId)).toEqual(run('FAILED', 'helpdesk-answer-unknown'))
  })

  it('leaves nothing of what was said in any log line, message or row of this project’s own', async () => {
    const texts = [name, email, 'stays white', 'gwen', 'golden-zendesk-key']
    const written = await writtenDown(system)
    expect(written.length).toBeGreaterThan(50)
    expect(written.filter((text) => occurring(texts, text).length)).toEqual([])
  })
})

describe('a ticket that the helpdesk raises when nobody waits for its answer any more', () => {
  let patient: System

  beforeAll(async () => {
    const env = { HELPDESK_TIMEOUT_MS: '300', HELPDESK_SETTLE_MS: '2500' }
    patient = await System.start({ clock, services, env })
  }, 120_000)
  afterEach(() => emptied(patient))
  afterAll(() => patient.stop())

  it.each([
    ['nobody hears of it', 'late', 'helpdesk-timeout'],
    ['a gateway has said that it waits no longer', 'given-up', 'helpdesk-504'],
  ] as const)('is not asked for again before, where %s', async (_, kind, reason) => {
    const { helpdesk } = patient.simulators
    // Later than the first tries again come.
    helpdesk.misbehave({ kind, ms: 1_500, when: { times: 1 } })
    const requestsAtCalls: number[] = []
    const unlisten = helpdesk.onCall(() => requestsAtCalls.push(helpdesk.requests))
    const { taskId, key, given } = asks()
    await submit(patient, given)
    await patient.settled()
    unlisten()
    expect(requestsAtCalls).toEqual([1, 2])
    expect(helpdesk.tickets).toEqual([{ id: 1001, ticket, idempotencyKey: key }])
    expect(await runsOf(patient, 'ExtSchema', taskId)).toEqual(run('DONE', reason))
  })
})

describe('a ticket elsewhere', () => {
  let system: System | undefined

  afterEach(async () => {
    await system?.stop()
    system = undefined
  })

  async function helpWith(env: Record<string, string>) {
    system = await System.start({ clock, services, env })
    const asked = asks()
    await submit(system, asked.given)
    await system.settled()
    expect(await foundRows(system, asked.given)).toEqual(inFull(tasksDone(asked.given)))
    return { running: system, key: asked.key }
  }

  it('is no test in production', async () => {
    const { running, key } = await helpWith({ APVS_ZENDESK_PROD_ENVIRONMENT: 'true' })
    const real = { ...ticket, subject: 'Help With Prison Visits - Help', tags: ['HelpWithPrisonVisits'] }
    expect(running.simulators.helpdesk.tickets).toEqual([{ id: 1001, ticket: real, idempotencyKey: key }])
  })

  it('is not raised where the helpdesk is switched off, and the log says so', async () => {
    const { running, key } = await helpWith({ APVS_ZENDESK_ENABLED: 'false' })
    expect(running.simulators.helpdesk.requests).toBe(0)
    const lines = running.logLines.filter((line) => line.includes('the helpdesk is switched off'))
    expect(lines.map((line) => (JSON.parse(line) as { messageId: string }).messageId)).toEqual([key])
  })
})
