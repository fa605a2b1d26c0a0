import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dayOf, toLondon } from '#shared/clock'
import { streams } from '#shared/contracts'
import { insertTasks, tasks } from '../../libs/client/src/index.js'
import type { NotificationRequest } from '../../libs/client/src/tasks.js'
import { BareClient } from '../../test/support/bare-client.js'
import { deliverAgain } from '../../test/support/deliver-again.js'
import { insertRows } from '../../test/support/rows.js'
import { runOps } from '../../test/support/run-ops.js'
import { claimIds, people, settledClaimant } from '../../test/support/claim-rows.js'
import {
  atNotify,
  TemplateFile,
  templates24,
  type TemplateEntry,
} from '../../test/support/notification-templates.js'
import { occurring, writtenDown } from '../../test/support/personal-data.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'

let system: System
let file: TemplateFile

beforeAll(async () => {
  file = new TemplateFile(templates24)
  system = await System.start({
    services: ['task-relay', 'notifier'],
    env: { NOTIFICATION_TEMPLATES: file.path },
  })
  // Requests are counted below: its questions about templates are over by then.
  await until('the file was compared', () =>
    system.logLines.some((line) => line.includes('"template":"reminder"')),
  )
}, 120_000)
afterAll(async () => {
  await system.stop()
  file.remove()
})
afterEach(() => system.simulators.notify.reset())

const notify = () => system.simulators.notify

/** Hands over, as a web app does. @returns the rows' numbers */
async function handOver(request: NotificationRequest | readonly object[]): Promise<number[]> {
  const made = Array.isArray(request)
    ? request.map((data) => rowWith(JSON.stringify(data)))
    : tasks.notification(request as NotificationRequest)
  const { db, dialect } = system.connection
  return db.transaction().execute(async (trx) => {
    const ids = await insertTasks(made, (_, row) =>
      dialect.returning(trx.insertInto('IntSchema.Task').values(row), ['TaskId']).execute(),
    )
    return ids.flatMap((rows) => rows.map(({ TaskId }) => TaskId))
  })
}

function rowWith(AdditionalData: string) {
  const [task] = tasks.notification({ template: 'code', to: '07700 900123' })
  if (!task) throw new Error('there is no task')
  return { ...task, row: { ...task.row, AdditionalData } }
}

const runsOf = (taskIds: readonly number[]) =>
  system.connection.db
    .selectFrom('AsyncSchema.Outbox as o')
    .innerJoin('IntSchema.Task as t', 't.TaskId', 'o.TaskId')
    .select(['t.Status', 'o.State', 'o.LastReason'])
    .where('o.TaskId', 'in', taskIds)
    .orderBy('o.OutboxId')
    .execute()

const ended = (taskIds: readonly number[]) =>
  until(
    'the tasks have ended',
    async () =>
      (await runsOf(taskIds)).filter(({ State }) => ['DONE', 'FAILED'].includes(State)).length ===
      taskIds.length,
  )

const personalisation = { code: '4711' }

describe('a notification', () => {
  it('is a text message to a number of the UK, with its sender', async () => {
    notify().setTemplates(atNotify(templates24))
    await ended(await handOver({ template: 'code', to: ' 07700 900123 ', personalisation }))
    const { id, sender } = templates24.code as TemplateEntry
    expect(notify().calls).toMatchObject([
      { template_id: id, phone_number: '07700 900123', personalisation, sms_sender_id: sender },
    ])
  })

  it.each(['+33 6 12 34 56 78', '0049 151 23456789', '+1 (202) 555-0143'])('goes abroad: %s', async (to) => {
    await ended(await handOver({ template: 'code', to, personalisation }))
    expect(notify().calls).toMatchObject([{ phone_number: to }])
  })

  it('is an email with lists, numbers and booleans as they are', async () => {
    const given = {
      firstName: 'Zoë',
      lastName: 'O’Neil',
      orgName: 'A',
      permissionName: 'n/a',
      serviceName: 'S',
    }
    const all = { ...given, subServices: ['One', 'Two'], isApprover: false }
    await ended(
      await handOver({ template: 'serviceApprovedV2', to: 'zoe@example.org', personalisation: all }),
    )
    expect(notify().calls).toMatchObject([{ email_address: 'zoe@example.org', personalisation: all }])
  })

  it.each([
    ['code', 'phone_number', people(1).visitor.PhoneNumber],
    ['overdue', 'email_address', people(1).visitor.EmailAddress],
  ] as const)('goes to the visitor of a claim: %s', async (template, member, recipient) => {
    const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = claimIds(1)
    if (template === 'code') await insertRows(system.connection, settledClaimant(1))
    const request = {
      ...{ template, to: 'visitor', claim: { reference, eligibilityId, claimId } },
      personalisation: {
        ...personalisation,
        name: 'A',
        requestsCount: 3,
        servicesUrl: 'https://example.org',
      },
    }
    await ended(await handOver(request))
    expect(notify().calls.map((call) => call[member])).toEqual([recipient])
  })

  it('is taken from the external web app’s table as well', async () => {
    const [task] = tasks.notification({ template: 'code', to: '07700 900123', personalisation })
    if (!task) throw new Error('there is no task')
    await system.connection.db.insertInto('ExtSchema.Task').values(task.row).execute()
    await notify().waitForCalls(1)
    expect(notify().calls).toMatchObject([{ phone_number: '07700 900123', personalisation }])
  })

  it('stands in no stream, log line or row of ours', async () => {
    const said = ['07700 900123', '4711', 'zoe@example.org', 'O’Neil', '555-0143']
    expect(occurring(said, (await writtenDown(system)).join('\n'))).toEqual([])
  })
})

describe('one that is about no claim', () => {
  const journeyOf = async (asked: string) =>
    (await runOps(`journey ${asked}`, { ...system.database.env, ...system.nats.envOf('ops') })).out.join('\n')

  it('has a journey by its Task row, which says what became of it, and nothing of whom it went to', async () => {
    const to = 'somebody.else@example.org'
    const [taskId = 0] = await handOver({
      ...{
        template: 'overdue',
        to,
        personalisation: { name: 'Marigold', requestsCount: 1, servicesUrl: '' },
      },
    })
    await ended([taskId])
    const name = `IntSchema.Task.${taskId}`
    const words = await journeyOf(name)
    expect(words).toMatch(new RegExp(`task +SEND-NOTIFICATION +${name} +COMPLETE`))
    expect(words).toMatch(/message +notifications\.requested .* DONE/)
    expect(words).toMatch(/notification +overdue .* sending +email/)
    expect(occurring([to, 'Marigold'], words)).toEqual([])
    // As it stands in logs, headers and dead letters.
    const { MessageId } = await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select('MessageId')
      .where('TaskId', '=', taskId)
      .where('TaskSchema', '=', 'IntSchema')
      .executeTakeFirstOrThrow()
    expect(await journeyOf(MessageId)).toContain('notifications.requested')
  })

  it('has one where it was refused, with its dead letter', async () => {
    const [taskId = 0] = await handOver([{ template: 'not-there', to: '07700 900123' }])
    await ended([taskId])
    const words = await journeyOf(`IntSchema.Task.${taskId}`)
    expect(words).toMatch(/FAILED .*last reason template-unknown/)
    expect(words).toMatch(/dead-letter +send-notification .* template-unknown/)
  })

  it('has none that nobody has inserted', async () => {
    const env = { ...system.database.env, ...system.nats.envOf('ops') }
    const { code: exit, err } = await runOps('journey IntSchema.Task.999999', env)
    expect([exit, err.join()]).toEqual([
      1,
      expect.stringContaining('nothing is known of IntSchema.Task.999999'),
    ])
  })
})

it('says as it starts which entries do not fit Notify’s own templates', () => {
  const line = system.logLines.find((each) => each.includes('"template":"code"')) ?? '{}'
  expect(JSON.parse(line)).toMatchObject({
    msg: 'a notification template does not fit',
    words: 'at Notify it is of the channel email; fields superfluous in the file: code',
  })
})

describe('what is refused, and why', () => {
  const code = { template: 'code', to: '07700 900123', personalisation }
  it.each([
    ['template-unknown', { ...code, template: 'nobody-knows' }],
    ['personalisation-missing', { ...code, personalisation: {} }],
    ['personalisation-missing', { ...code, personalisation: { code: null } }],
    ['personalisation-malformed', { ...code, personalisation: { code: { a: 1 } } }],
    ['recipient-missing', { ...code, to: ' ' }],
    ['recipient-missing', { template: 'code', personalisation }],
    ['recipient-missing', { ...code, to: 'visitor' }],
    ['recipient-malformed', { ...code, to: 'somebody' }],
    ['recipient-malformed', { ...code, to: '020 7946 0000' }],
    ['channel-mismatch', { ...code, to: 'zoe@example.org' }],
    [
      'channel-mismatch',
      { ...code, template: 'overdue', personalisation: { name: '', requestsCount: 1, servicesUrl: '' } },
    ],
    ['expired', { ...code, expires: '2026-01-01T00:00:00Z' }],
    ['notification-malformed', { ...code, expires: 'soon' }],
    ['notification-malformed', { ...code, cc: 'zoe@example.org' }],
  ])('%s: %j', async (reason, data) => {
    const taskIds = await handOver([data])
    await ended(taskIds)
    expect(await runsOf(taskIds)).toEqual([{ Status: 'FAILED', State: 'FAILED', LastReason: reason }])
    expect(notify().calls).toEqual([])
  })

  it('an unknown key is sent once it is known, without a restart', async () => {
    const taskIds = await handOver([{ ...code, template: 'later' }])
    await ended(taskIds)
    file.add('later', templates24.code as TemplateEntry)
    await until('the file is taken over', async () => {
      await runOps('dead-letters retry --reason template-unknown --why added', {
        ...{ ...system.database.env, ...system.nats.envOf('ops') },
        OPERATOR: 'ada',
      })
      await ended(taskIds)
      return (await runsOf(taskIds)).some(({ State }) => State === 'DONE')
    })
    expect(notify().calls).toHaveLength(1)
  })

  const operate = (line: string) =>
    runOps(line, { ...system.database.env, ...system.nats.envOf('ops'), OPERATOR: 'ada' })
  const retried = (reason: string) =>
    operate(`dead-letters retry --reason ${reason} --newer-than 1h --why mended`)
  /** When a run ended for the last time; while it is under way, never. */
  const endOf = async (taskIds: readonly number[]) => {
    const row = await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select('DateEnded')
      .where('TaskId', 'in', taskIds)
      .executeTakeFirstOrThrow()
    return row.DateEnded ?? ''
  }
  const lastReason = async (taskIds: readonly number[]) =>
    (await runsOf(taskIds)).map((each) => each.LastReason)

  it('an expired one stays refused, however often it is retried', async () => {
    const taskIds = await handOver([{ ...code, expires: '2026-01-01T00:00:00Z' }])
    await ended(taskIds)
    for (const time of ['once', 'twice']) {
      const before = await endOf(taskIds)
      expect((await retried('expired')).out.join()).toContain('retried')
      await until(`it is refused ${time} more`, async () => (await endOf(taskIds)) > before)
      expect(await runsOf(taskIds)).toEqual([{ Status: 'FAILED', State: 'FAILED', LastReason: 'expired' }])
    }
    expect(notify().calls).toEqual([])
  })

  it('one whose template came later is refused all the same where it has expired meanwhile', async () => {
    const expires = new Date(system.clock.instant().getTime() + 60_000).toISOString()
    const taskIds = await handOver([{ ...code, template: 'later-still', expires }])
    await ended(taskIds)
    expect(await lastReason(taskIds)).toEqual(['template-unknown'])
    file.add('later-still', templates24.code as TemplateEntry)
    system.clock.set(toLondon(new Date(Date.now() + 120_000)))
    await until('the file is taken over, and it is refused', async () => {
      await retried('template-unknown')
      await ended(taskIds)
      return (await lastReason(taskIds))[0] === 'expired'
    })
    expect(notify().calls).toEqual([])
  })

  it('says of a row whose data is gone that it is, when it is retried', async () => {
    const taskIds = await handOver([{ ...code, personalisation: {} }])
    await ended(taskIds)
    await system.connection.db
      .updateTable('IntSchema.Task')
      .set({ AdditionalData: null })
      .where('TaskId', 'in', taskIds)
      .execute()
    const words = 'left: what it said was deleted for its age; what is still wanted is a new row'
    const { out } = await retried('personalisation-missing')
    expect(out.at(-1)).toContain(`1 data-gone (${words})`)
    const before = await runsOf(taskIds)
    const row = await operate(`tasks retry --schema int --id ${taskIds[0]} --reason mended`)
    expect(row.out).toEqual([
      `IntSchema.Task.${taskIds[0]} (SEND-NOTIFICATION): data-gone`,
      `1 data-gone (${words})`,
    ])
    expect(await runsOf(taskIds)).toEqual(before)
    // Nobody keeps a person from setting it back by hand.
    await system.connection.db
      .updateTable('IntSchema.Task')
      .set({ Status: 'PENDING' })
      .where('TaskId', 'in', taskIds)
      .execute()
    await until('it is refused', async () => (await lastReason(taskIds))[1] === 'notification-data-gone')
    expect(notify().calls).toEqual([])
  })

  it.each([
    ['that is none', 'approver-3', 'recipient-malformed'],
    ['that Notify refuses', 'approver..3@example.org', 'notify-400-address'],
  ])(
    'of five recipients the third alone, with an address %s, and it is sent once it is mended',
    async (_, third, reason) => {
      const to = [1, 2, 3, 4, 5].map((n) => `approver-${n}@example.org`)
      const given = { name: 'A', requestsCount: 1, servicesUrl: '' }
      const taskIds = await handOver(
        to.map((each, n) => ({ template: 'overdue', to: n === 2 ? third : each, personalisation: given })),
      )
      await ended(taskIds)
      const sent = () =>
        notify()
          .calls.map(({ email_address: address }) => address)
          .sort()
      expect(sent()).toEqual(to.filter((_each, n) => n !== 2))
      expect(await lastReason(taskIds)).toEqual([null, null, reason, null, null])
      await system.connection.db
        .updateTable('IntSchema.Task')
        .set({ AdditionalData: JSON.stringify({ template: 'overdue', to: to[2], personalisation: given }) })
        .where('TaskId', '=', taskIds[2] ?? 0)
        .execute()
      await retried(reason)
      await until('it is sent', () => sent().length === 5)
      await deliverAgain(system, streams.notifications.name, 2)
      expect(sent()).toEqual(to)
    },
  )
})

describe('the daily limit of text messages', () => {
  it('holds back text messages until midnight, and no email', async () => {
    notify().setDailyLimits({ sms: 2 })
    const texts = await handOver({
      template: 'code',
      to: [1, 2, 3, 4, 5, 6].map((n) => `0770090010${n}`),
      personalisation,
    })
    await until(
      'the rest waits',
      async () => (await runsOf(texts)).filter(({ State }) => State === 'WAITING').length === 4,
    )
    const requests = notify().requests
    const emails = await handOver({
      template: 'overdue',
      to: Array.from({ length: 30 }, (_, n) => `person-${n}@example.org`),
      personalisation: { name: 'A', requestsCount: 1, servicesUrl: '' },
    })
    const more = await handOver({ template: 'code', to: '07700900107', personalisation })
    await ended(emails)
    await until('that waits too', async () => (await runsOf(more)).every(({ State }) => State === 'WAITING'))
    // No text message was even tried since.
    expect(notify().requests - requests).toBe(30)
    expect((await runsOf(texts)).filter(({ State }) => State === 'WAITING')).toEqual(
      Array.from({ length: 4 }, () => ({
        ...{ Status: 'IN-PROGRESS', State: 'WAITING', LastReason: 'notify-429-daily-texts' },
      })),
    )
    const { DateNotBefore } = await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select('DateNotBefore')
      .where('TaskId', '=', more[0] ?? 0)
      .executeTakeFirstOrThrow()
    expect(dayOf(DateNotBefore ?? '') > dayOf(toLondon(new Date()))).toBe(true)
    notify().setDailyLimits({})
    await system.connection.db
      .updateTable('AsyncSchema.Outbox')
      .set({ DateNotBefore: toLondon(new Date()) })
      .where('State', '=', 'WAITING')
      .execute()
    // The process has to forget it as well: it does at midnight.
    system.clock.set(DateNotBefore?.slice(0, 19) ?? '')
    await ended([...texts, ...more])
    expect(notify().calls.filter(({ phone_number: number }) => number !== undefined)).toHaveLength(7)
  })

  const oneText = { template: 'code', to: '07700900108', personalisation }
  const run = (taskIds: readonly number[]) =>
    system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select(['MessageId', 'State', 'DateNotBefore'])
      .where('TaskId', 'in', taskIds)
      .executeTakeFirstOrThrow()
  const waits = (taskIds: readonly number[]) =>
    until('it waits', async () => (await runsOf(taskIds)).some(({ State }) => State === 'WAITING'))

  it('is of the day in UTC: in a summer night they are sent from one o’clock on', async () => {
    // What was held by another clock holds nothing by this one.
    system.clock.set('2026-07-15 00:59:57')
    notify().setDailyLimits({ sms: 0 })
    const taskIds = await handOver(oneText)
    await waits(taskIds)
    expect((await run(taskIds)).DateNotBefore).toBe('2026-07-15 01:00:05.000')
    notify().setDailyLimits({})
    await ended(taskIds)
    expect(system.clock.now() >= '2026-07-15 01:00:05').toBe(true)
    expect(notify().calls).toHaveLength(1)
  })

  it('holds a message once: released by another clock, it is tried, and keeps no email waiting', async () => {
    system.clock.set('2026-07-16 10:00:00')
    notify().setDailyLimits({ sms: 0 })
    const taskIds = await handOver(oneText)
    await waits(taskIds)
    const { MessageId } = await run(taskIds)
    const { requests } = notify()
    await comesAgain(MessageId)
    await until('it is tried', () => notify().requests > requests)
    await ended(
      await handOver({
        ...{ template: 'overdue', to: Array.from({ length: 5 }, (_, n) => `person-${n}@example.org`) },
        personalisation: { name: 'A', requestsCount: 1, servicesUrl: '' },
      }),
    )
    expect((await run(taskIds)).State).toBe('PUBLISHED')
    notify().setDailyLimits({})
    await ended(taskIds)
    expect(notify().calls.filter(({ phone_number: number }) => number !== undefined)).toHaveLength(1)
  })

  it('is asked about once for numbers of the UK and once for others, as Notify counts them', async () => {
    system.clock.set('2026-07-18 10:00:00')
    notify().setDailyLimits({ sms: 0 })
    const asked = []
    for (const to of ['07700900108', '+44 7700 900109', '+33 6 12 34 56 78', '0034 612 345 678']) {
      await waits(await handOver({ ...oneText, to }))
      asked.push(notify().requests)
    }
    expect(asked).toEqual([1, 1, 2, 2])
  })

  /** As a relay has it published whose broker says that it is midnight. */
  async function comesAgain(id: string): Promise<void> {
    await system.connection.db
      .updateTable('AsyncSchema.Outbox')
      .set({ State: 'PUBLISHED' })
      .where('MessageId', '=', id)
      .execute()
    const client = await BareClient.connect(system.nats.url)
    const found = (await client.read(streams.notifications.name)).find(
      ({ headers }) => headers['ce-id'] === id,
    )
    if (!found) throw new Error('it was never published')
    await client.publish(found.subject, found.body, { ...found.headers, 'Nats-Msg-Id': `${id} again` })
    await client.close()
  }
})
