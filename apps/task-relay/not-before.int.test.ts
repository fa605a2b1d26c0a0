import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertTask, tasks } from '../../libs/client/src/index.js'
import { fromLondon, toLondon } from '#shared/clock'
import { messages } from '#shared/contracts'
import type { NewRow } from '#shared/database'
import { BareClient } from '../../test/support/bare-client.js'
import { readExposition } from '../../test/support/exposition.js'
import { runOps } from '../../test/support/run-ops.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'

let system: System
beforeEach(async () => {
  system = await System.start({ services: ['task-relay', 'notifier'], env: { RELAY_QUIET_SECONDS: '1' } })
})
afterEach(() => system.stop())

/** A claimant who is in no table: it is done, and nobody is sent anything. */
const task = tasks.referenceRecovery({ emailAddress: 'nobody@example.org', prisonNumber: 'A1234BC' })

const handOver = (notBefore?: Date) =>
  insertTask(
    task,
    (table, row) =>
      system.connection.db
        .insertInto(table)
        .values(row as NewRow<typeof table>)
        .execute(),
    { notBefore },
  )

const afterMs = (ms: number) => new Date(Date.now() + ms)
const rows = () => system.connection.db.selectFrom('ExtSchema.Task').selectAll().orderBy('TaskId').execute()
const runs = () => system.connection.db.selectFrom('AsyncSchema.Outbox').selectAll().execute()
const isInState = (state: string) => async () => (await runs())[0]?.State === state

/** What a counter of the relay says, label by label; nothing where it is nought. */
async function counted(name: string): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${system.services.get('task-relay')?.port}/metrics`)
  const samples = readExposition(await answer.text()).get(name)?.samples ?? []
  return samples.map(({ value, labels }) => [value, ...Object.values(labels)].join(' '))
}

async function published() {
  const client = await BareClient.connect(system.nats.url)
  try {
    const all = await client.readAll()
    return all.filter(({ subject }) => subject === messages.notifyReferenceRecovery.subject)
  } finally {
    await client.close()
  }
}

describe('a task that is not to be done before a moment', () => {
  it('is taken up at once, published when it is due, and done once', async () => {
    const moment = afterMs(3_000)
    await handOver(moment)
    await until('it waits', isInState('WAITING'))
    expect((await rows())[0]?.Status).toBe('IN-PROGRESS')
    await system.settled()
    expect(await counted('hwpv_tasks_deferred_total')).toEqual(['1 REFERENCE_RECOVERY'])
    expect(await counted('hwpv_tasks_relayed_total')).toEqual(['1 REFERENCE_RECOVERY'])
    const [message, ...others] = await published()
    expect(others).toEqual([])
    expect(message?.stored.getTime()).toBeGreaterThanOrEqual(moment.getTime())
    const [run] = await runs()
    expect([run?.State, run?.DateNotBefore]).toEqual(['DONE', toLondon(moment)])
    const [row] = await rows()
    expect(row?.Status).toBe('COMPLETE')
    expect(fromLondon(row?.DateProcessed ?? '').getTime()).toBeGreaterThanOrEqual(moment.getTime())
  })

  it('keeps nothing else waiting, however quiet it is', async () => {
    await handOver(afterMs(3_600_000))
    await until('it waits', isInState('WAITING'))
    await handOver()
    await until('the other one is done', async () => (await rows())[1]?.Status === 'COMPLETE')
    // The search for what went quiet has come by: what it published the other one would have followed.
    await handOver()
    await until('one more is done', async () => (await rows())[2]?.Status === 'COMPLETE')
    expect(await published()).toHaveLength(2)
    expect((await runs()).map(({ State }) => State)).toEqual(['WAITING', 'DONE', 'DONE'])
  })

  it('can be called off until it is due', async () => {
    await handOver(afterMs(3_600_000))
    await until('it waits', isInState('WAITING'))
    const cancel = () =>
      runOps('tasks cancel --schema ext --id 1 --yes --reason withdrawn', {
        ...system.database.env,
        ...system.nats.envOf('ops'),
      })
    expect(await cancel()).toMatchObject({ code: 0 })
    expect((await rows())[0]?.Status).toBe('COMPLETE')
    expect((await runs())[0]).toMatchObject({ State: 'CANCELLED', LastReason: 'cancelled' })
    expect(await cancel()).toMatchObject({ code: 1 })
    await system.settled()
    expect(await published()).toEqual([])
  })

  it('is refused where the moment is too far away, and done where it has gone by', async () => {
    await handOver(afterMs(-60_000))
    await system.connection.db
      .insertInto('ExtSchema.Task')
      .values({ ...(task.row as NewRow<'ExtSchema.Task'>), DateProcessed: '2999-01-01 00:00:00.000' })
      .execute()
    await until('both have ended', async () =>
      (await rows()).every(({ Status }) => Status === 'COMPLETE' || Status === 'FAILED'),
    )
    expect((await rows()).map(({ Status }) => Status)).toEqual(['COMPLETE', 'FAILED'])
    expect((await runs()).find(({ State }) => State === 'FAILED')?.LastReason).toBe('not-before-too-far')
  })
})
