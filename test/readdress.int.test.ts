import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actionNames, Actions, FailedTasks } from '#shared/operations'
import { withParts } from '../apps/ops/src/connect.js'
import { notifyError } from '../testing/simulators/index.js'
import { claimIds, people, rowId, settledClaimant } from './support/claim-rows.js'
import { TemplateFile, templates24 } from './support/notification-templates.js'
import { emailTask, untilTask } from './support/refused-email.js'
import { insertRows } from './support/rows.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'

let system: System
let file: TemplateFile
const [wrong, today] = ['no.mailbox', 'new.address@example.org']

beforeAll(async () => {
  file = new TemplateFile(templates24)
  system = await System.start({
    services: ['task-relay', 'notifier'],
    env: { NOTIFICATION_TEMPLATES: file.path },
  })
}, 120_000)
afterAll(async () => {
  await system.stop()
  file.remove()
})

const env = () => ({ ...system.database.env, ...system.nats.envOf('ops'), OPERATOR: 'ada' })
const within = <T>(use: (actions: Actions, tasks: FailedTasks) => Promise<T>) =>
  withParts({ env: env(), connectMs: 5_000, nats: 'as-it-is' }, (parts) =>
    use(parts.get(Actions), parts.get(FailedTasks)),
  )

const lastReason = () =>
  within(async (_, tasks) => (await tasks.list('FAILED', {}, 1)).rows[0]?.lastRun?.reason)

async function emailTo(n: number, address: string): Promise<void> {
  const task = { ...emailTask(n), AdditionalData: address }
  await insertRows(system.connection, { ...settledClaimant(n), 'IntSchema.Task': [task] })
  await untilTask(system, n, 'FAILED')
}

describe('an email with a wrong recipient', () => {
  it('is not even sent where its task names what is no address', async () => {
    await emailTo(1, wrong)
    expect(system.simulators.notify.calls).toEqual([])
    expect(await lastReason()).toBe('notify-address-none')
  })

  it('goes to the address that its visitor has today, once it is told to', async () => {
    await system.connection.db
      .updateTable('IntSchema.Visitor')
      .set({ EmailAddress: today })
      .where('Reference', '=', claimIds(1).Reference)
      .execute()
    const { code, out } = await runOps(
      'dead-letters readdress --reason notify-address-none --why told',
      env(),
    )
    expect([code, out.at(-1)]).toEqual([0, '1 retried'])
    await untilTask(system, 1, 'COMPLETE')
    expect(system.simulators.notify.calls.map(({ email_address: to }) => to)).toEqual([today])
  })

  it('says what Notify refuses of it, and not the value', async () => {
    const body = notifyError(400, 'ValidationError', 'email_address Not a valid email address')
    system.simulators.notify.misbehave({ kind: 'status', status: 400, body })
    await emailTo(2, people(2).visitor.EmailAddress)
    expect(await lastReason()).toBe('notify-400-address')
    system.simulators.notify.behaveWell()
  })

  it('is the only kind of letter that is sent to another address', async () => {
    expect(actionNames).toContain('readdress-dead-letters')
    await within(async (actions) => {
      const actor = { person: 'ada', via: 'command-line' } as const
      const input = { filter: { consumer: 'complete-claim' } } as const
      await expect(actions.perform({ name: 'readdress-dead-letters', input, actor })).rejects.toThrow(
        'no email that was given up is meant by that',
      )
    })
  })
})

describe('a notification with a wrong recipient', () => {
  const dataTo = (template: 'overdue' | 'code', to: string) => {
    const personalisation = { name: 'A', requestsCount: 1, servicesUrl: '', code: '4711' }
    return JSON.stringify({ template, to, personalisation })
  }

  /** One that is refused; of nobody's claim where it names none. */
  async function refused(n: number, AdditionalData: string, about: object = {}): Promise<void> {
    const task = { ...emailTask(n), Task: 'SEND-NOTIFICATION', AdditionalData, ...about }
    await insertRows(system.connection, { ...settledClaimant(n), 'IntSchema.Task': [task] })
    await untilTask(system, n, 'FAILED')
  }
  const ofNobody = { Reference: null, EligibilityId: null, ClaimId: null }
  const lastCall = () => system.simulators.notify.calls.at(-1)
  const readdress = (more = '') =>
    runOps(`dead-letters readdress --reason recipient-malformed --why told${more}`, env())

  it('goes to the address of its claim’s visitor, once it is told to', async () => {
    await refused(3, dataTo('overdue', 'approver-3'))
    expect(await lastReason()).toBe('recipient-malformed')
    expect(await readdress()).toMatchObject({
      code: 0,
      out: [expect.stringMatching(/: retried$/), '1 retried'],
    })
    await untilTask(system, 3, 'COMPLETE')
    expect(lastCall()?.email_address).toBe(people(3).visitor.EmailAddress)
  })

  it('goes to the visitor’s number where it is a text message', async () => {
    await refused(4, dataTo('code', '020 7946 0000'))
    expect((await readdress()).out.at(-1)).toBe('1 retried')
    await untilTask(system, 4, 'COMPLETE')
    expect(lastCall()?.phone_number).toBe(people(4).visitor.PhoneNumber)
  })

  it('stays where it is if it is about no claim: what is wrong with its row is put right, and then it is sent', async () => {
    await refused(5, dataTo('overdue', 'approver-5'), ofNobody)
    const why = 'left: it is about no claim, so there is no visitor; put its row’s data right and retry it'
    for (const more of ['', ' --dry-run']) {
      const { out } = await readdress(more)
      expect(out[0]).toMatch(new RegExp(`: ${why}$`))
      expect(out.at(-1)).toBe(`${more ? 'would be: ' : ''}1 no-visitor (${why})`)
    }
    await system.connection.db
      .updateTable('IntSchema.Task')
      .set({ AdditionalData: dataTo('overdue', today) })
      .where('TaskId', '=', rowId.task(5))
      .execute()
    await runOps('dead-letters retry --reason recipient-malformed --why mended', env())
    await untilTask(system, 5, 'COMPLETE')
    expect(lastCall()?.email_address).toBe(today)
  })
})
