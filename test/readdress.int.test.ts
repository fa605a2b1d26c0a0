import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actionNames, Actions, FailedTasks } from '#shared/operations'
import { withParts } from '../apps/ops/src/connect.js'
import { notifyError } from '../testing/simulators/index.js'
import { claimIds, people, settledClaimant } from './support/claim-rows.js'
import { emailTask, untilTask } from './support/refused-email.js'
import { insertRows } from './support/rows.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'

let system: System
const [wrong, today] = ['no.mailbox', 'new.address@example.org']

beforeAll(async () => {
  system = await System.start({ services: ['task-relay', 'notifier'] })
}, 120_000)
afterAll(() => system.stop())

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
