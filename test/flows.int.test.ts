import { Writable } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Controller, Module } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ClaimIdMessage } from '#shared/contracts'
import { defineFlow, Flows, type StepTotals } from '#shared/flows'
import { followedBy, JobRuns, pageSize, PagedJob, type TakingStage } from '#shared/jobs'
import { consumer, Consumes, Delivery, done, reject, retry, type Outcome } from '#shared/messaging'
import { startService, type RunningService } from '#shared/service'
import { UnitOfWork, type Work } from '#shared/unit-of-work'
import { BareClient } from './support/bare-client.js'
import { testEnvironment } from './support/environment.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

/** Consumers as they are, for others' work. */
const logLines: string[] = []
const logTo = new Writable({
  write(line: Buffer, _, written) {
    logLines.push(line.toString())
    written()
  },
})

/** What is queued, what becomes of each item, and what happened: of the flow that is under way. */
const script = {
  items: 0,
  removed: 0,
  fails: new Map<number, () => Outcome>(),
  queued: [] as string[],
  handled: [] as number[],
  reports: [] as { run: number; totals: readonly StepTotals[] }[],
}

const queueing = { ...consumer('queue-old-claims'), followUps: [messages.claimArchiveDue] }
type FollowUps = typeof messages.claimArchiveDue

/** The numbers from 1 up, as rows that are not there. */
const numbers: TakingStage<number> = {
  keyOf: (n) => n,
  read: (_, after) =>
    Promise.resolve(
      Array.from({ length: Math.min(pageSize, script.items - after) }, (_unused, i) => after + i + 1),
    ),
  take: (_, items) => Promise.resolve(items),
}

@Controller()
class QueueHandler {
  constructor(
    private readonly flows: Flows,
    private readonly job: PagedJob,
  ) {}

  @Consumes(queueing)
  async handle(@Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const step = await this.flows.queueing(delivery)
    script.queued.push(step.key)
    if (!(await this.flows.mayRemove(step, { removed: script.removed, of: 100 }))) return done
    await this.job.run(delivery, undefined, () => [
      followedBy(numbers, (work: Work<FollowUps>, n) =>
        work.item(messages.claimArchiveDue, n, { claimId: n }),
      ),
    ])
    return done
  }
}

@Controller()
class ItemHandler {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Consumes(consumer('archive-claim'))
  async handle(@Payload() { claimId }: ClaimIdMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const fails = script.fails.get(claimId)
    if (fails) return fails()
    if (await this.unitOfWork.run(delivery, () => Promise.resolve())) script.handled.push(claimId)
    return done
  }
}

@Controller()
class LastHandler {
  constructor(
    private readonly flows: Flows,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(consumer('report-old-claims'))
  async handle(@Ctx() delivery: Delivery): Promise<Outcome> {
    const step = await this.flows.stepOf(delivery)
    const totals = await this.flows.totals(step)
    if (await this.unitOfWork.run(delivery, () => Promise.resolve()))
      script.reports.push({ run: step.run, totals })
    return done
  }
}

@Module({ controllers: [QueueHandler, ItemHandler, LastHandler], providers: [Flows, JobRuns, PagedJob] })
class FlowModule {}

const flow = defineFlow({
  name: 'test',
  steps: [
    { name: 'work', message: messages.oldClaimsQueueingDue, holdAfter: 5 },
    { name: 'report', message: messages.oldClaimsReportDue },
  ],
})

describe('a flow', () => {
  let system: System
  let service: RunningService
  let begun = 0

  beforeAll(async () => {
    system = await System.start({ services: ['task-relay'] })
    const env = {
      ...testEnvironment(system.simulators),
      ...system.nats.envOf('daily-tasks'),
      ...system.database.env,
    }
    service = await startService(FlowModule, {
      name: 'daily-tasks',
      env,
      port: 0,
      clock: system.clock,
      logTo,
    })
    await service.ready
  }, 180_000)

  afterEach(() => {
    Object.assign(script, { items: 0, removed: 0, fails: new Map(), queued: [], handled: [], reports: [] })
  })

  afterAll(async () => {
    await service.stop()
    await system.stop()
  })

  async function begin(key = `${begun}`, id = `begin.${(begun += 1)}`): Promise<void> {
    await service.app
      .get(UnitOfWork)
      .run({ id, consumer: 'test' }, (work) => service.app.get(Flows).begin(work, flow, key))
  }

  const flows = () =>
    system.connection.db.selectFrom('AsyncSchema.Flow').selectAll().orderBy('FlowId').execute()
  const last = async () => (await flows()).at(-1)
  const steps = async () =>
    system.connection.db
      .selectFrom('AsyncSchema.FlowStep')
      .select(['Name', 'Queued', 'Done', 'Failed', 'DateEnded'])
      .where('FlowId', '=', (await last())?.FlowId ?? 0)
      .orderBy('Position')
      .execute()
  async function reaches(state: string): Promise<void> {
    try {
      await until(`the flow is ${state}`, async () => (await last())?.State === state)
    } catch (error) {
      const lines = [...logLines, ...system.logLines].filter((line) => /"level":[4-6]0/.test(line))
      const left = await system.connection.db
        .selectFrom('AsyncSchema.Outbox')
        .select(['MessageId', 'State', 'Attempts', 'LastReason', 'DateLastHeard', 'StreamSequence'])
        .where('DateEnded', 'is', null)
        .execute()
      throw new Error(
        `${JSON.stringify([await last(), left.length, left.slice(0, 3)])}\n${lines.slice(-20).join('')}`,
        { cause: error },
      )
    }
  }

  it('does each item once, then its last step, and ends', async () => {
    script.items = 250
    await begin()
    await reaches('DONE')
    expect(script.handled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1))
    expect(await steps()).toMatchObject([
      { Name: 'work', Queued: 250, Done: 250, Failed: 0, DateEnded: expect.any(String) },
      { Name: 'report', Queued: 0, Done: 0, Failed: 0, DateEnded: expect.any(String) },
    ])
    expect(script.reports).toMatchObject([{ run: 1, totals: [{ done: 250, failed: 0 }, {}] }])
  })

  const operator = async (line: string) => {
    const { code, out, err } = await runOps(line, { ...system.database.env, ...system.nats.envOf('ops') })
    expect({ line, code, err }).toEqual({ line, code: 0, err: [] })
    return out
  }
  const flowId = async () => (await last())?.FlowId ?? 0

  it('does nothing for a key that there was before, and comes to an end with nothing to do', async () => {
    await begin('once')
    await reaches('DONE')
    await begin('once')
    await begin('twice')
    await until('the other has ended', async () => (await last())?.FlowKey === 'twice')
    await reaches('DONE')
    expect(script.reports).toMatchObject([{ run: 1 }, { run: 1 }])
  })

  it('waits while another one of its kind is under way', async () => {
    script.items = 3
    script.fails.set(2, () => retry('not-yet', 1_000))
    await begin('first')
    await until('it is under way', () => script.handled.length === 2)
    await begin('second')
    await until('it was looked at', async () => (await flows()).length > 1)
    expect((await flows()).slice(-2)).toMatchObject([
      { State: 'RUNNING', DateStarted: expect.any(String) },
      { State: 'WAITING', DateStarted: null },
    ])
    expect(script.queued).toEqual(['first'])
    script.fails.clear()
    await reaches('DONE')
    expect(script.queued).toEqual(['first', 'second'])
  })

  it('ends with what failed, and once more when that is done after all', async () => {
    script.items = 20
    for (const n of [3, 7, 12]) script.fails.set(n, () => reject('poisoned'))
    await begin()
    await reaches('DONE-WITH-FAILURES')
    expect(script.reports).toMatchObject([{ run: 1, totals: [{ queued: 20, done: 17, failed: 3 }, {}] }])
    const shown = await operator(`flows show ${await flowId()}`)
    expect(shown.filter((line) => line.includes('poisoned'))).toHaveLength(3)
    script.fails.clear()
    await operator('dead-letters retry --consumer archive-claim --yes')
    await reaches('DONE')
    expect(script.reports).toMatchObject([{ run: 1 }, { run: 2, totals: [{ done: 20, failed: 0 }, {}] }])
    expect(script.handled).toHaveLength(20)
    expect(script.queued).toHaveLength(1)
  })

  it('is held where too much fails one after the other, and goes on when it is let', async () => {
    script.items = 40
    for (let n = 1; n <= 40; n++) script.fails.set(n, () => retry('upstream-away', 1_000))
    await begin()
    await reaches('HELD')
    expect(await last()).toMatchObject({ Reason: 'failures-in-a-row' })
    script.fails.clear()
    await operator(`flows resume ${await flowId()}`)
    await reaches('DONE')
    expect(script.handled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  })

  it('waits for a person before more than a tenth is removed', async () => {
    Object.assign(script, { items: 11, removed: 11 })
    await begin()
    await reaches('WAITING-FOR-APPROVAL')
    expect(await last()).toMatchObject({ Reason: 'would-remove-11-of-100' })
    expect(script.handled).toEqual([])
    await operator(`flows approve ${await flowId()} --reason agreed`)
    await reaches('DONE')
    expect(script.handled).toHaveLength(11)
  })

  it('is called off: what has not begun is never done', async () => {
    script.items = 700
    script.fails.set(1, () => retry('not-yet', 5_000))
    await begin()
    await until('some are done', () => script.handled.length > 50)
    await operator(`flows cancel ${await flowId()} --reason mistaken`)
    await reaches('CANCELLED')
    const left = await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select('OutboxId')
      .where('DateEnded', 'is', null)
      .execute()
    expect(left).toEqual([])
    expect(script.handled).not.toContain(1)
    expect(script.reports).toEqual([])
  })

  it('holds its items back until it is let go on', async () => {
    script.items = 30
    script.fails.set(1, () => retry('not-yet', 300))
    await begin()
    await until('the others are done', () => script.handled.length === 29)
    await operator(`flows hold ${await flowId()}`)
    await until('the last one waits', async () => {
      const { items } = await system.connection.db
        .selectFrom('AsyncSchema.Outbox')
        .select((eb) => eb.fn.countAll<number>().as('items'))
        .where('State', '=', 'WAITING')
        .executeTakeFirstOrThrow()
      return items === 1
    })
    script.fails.clear()
    const client = await BareClient.connect(system.nats.url)
    await until('it came again', () => client.allAnswered('CLAIMS', (name) => name === 'archive-claim'))
    await client.close()
    expect(script.handled).toHaveLength(29)
    await operator(`flows resume ${await flowId()}`)
    await reaches('DONE')
    expect(script.handled).toHaveLength(30)
  })
})
