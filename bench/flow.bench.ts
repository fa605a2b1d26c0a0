import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Controller, Module } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { messages } from '#shared/contracts'
import { DatabaseConnection, databaseSettings, migrate, OpenFiles } from '#shared/database'
import { defineFlow, Flows } from '#shared/flows'
import { followedBy, JobRuns, pageSize, PagedJob, type TakingStage } from '#shared/jobs'
import { consumer, Consumes, Delivery, done, type Outcome } from '#shared/messaging'
import { startService } from '#shared/service'
import { UnitOfWork, type Work } from '#shared/unit-of-work'
import { startNatsServer } from '../testing/nats-server/index.js'
import { moduleOf } from '../tools/nats-config/index.js'
import { startTopologyKeeper } from '../tools/provision/index.js'
import type { Benchmark } from './figures.js'

const items = Number(process.env.FLOW_ITEMS ?? 74_000)
const target = { under: 180 }

type Item = typeof messages.claimArchiveDue
const queueing = { ...consumer('queue-old-claims'), followUps: [messages.claimArchiveDue] }

/** The numbers from 1 up. */
const numbers: TakingStage<number> = {
  keyOf: (n) => n,
  read: (_, after) =>
    Promise.resolve(Array.from({ length: Math.min(pageSize, items - after) }, (_unused, i) => after + i + 1)),
  take: (_, page) => Promise.resolve(page),
}

@Controller()
class QueueItems {
  constructor(
    private readonly flows: Flows,
    private readonly job: PagedJob,
  ) {}

  @Consumes(queueing)
  async handle(@Ctx() delivery: Delivery<Item>): Promise<Outcome> {
    await this.flows.queueing(delivery)
    await this.job.run(delivery, undefined, () => [
      followedBy(numbers, (work: Work<Item>, n) => work.item(messages.claimArchiveDue, n, { claimId: n })),
    ])
    return done
  }
}

/** Does nothing, and writes down that it is done. */
@Controller()
class DoNothing {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Consumes(consumer('archive-claim'))
  async item(@Ctx() delivery: Delivery): Promise<Outcome> {
    await this.unitOfWork.finish(delivery)
    return done
  }

  @Consumes(consumer('report-old-claims'))
  async report(@Ctx() delivery: Delivery): Promise<Outcome> {
    await this.unitOfWork.finish(delivery)
    return done
  }
}

@Module({ controllers: [QueueItems, DoNothing], providers: [Flows, JobRuns, PagedJob] })
class FlowModule {}

const flow = defineFlow({
  name: 'nothing',
  steps: [
    { name: 'nothing', message: messages.oldClaimsQueueingDue },
    { name: 'report', message: messages.oldClaimsReportDue },
  ],
})

/** A flow of 74,000 items that do nothing, from its beginning to its end: a database file, nats-server, all in this process. */
export const flowBench: Benchmark = async (progress) => {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-bench-'))
  const server = await startNatsServer()
  const env = { NATS_URL: server.url, DATA_DIR: folder, LOG_LEVEL: 'silent' }
  const connection = DatabaseConnection.open(databaseSettings(env))
  await migrate(connection, { withWebApps: true })
  const keeper = await startTopologyKeeper(env)
  const files = new OpenFiles()
  const [relay, worker] = await Promise.all([
    startService(moduleOf('task-relay'), { name: 'task-relay', env, port: 0, files }),
    startService(FlowModule, { name: 'daily-tasks', env, port: 0, files }),
  ])
  try {
    await Promise.all([relay.ready, worker.ready])
    progress(`flow: ${items} items that do nothing`)
    const [begun, processor] = [performance.now(), process.cpuUsage()]
    await worker.app
      .get(UnitOfWork)
      .run({ id: 'begin', consumer: 'bench' }, (work) => worker.app.get(Flows).begin(work, flow, 'bench'))
    const memory = await untilDone(connection)
    const { user, system } = process.cpuUsage(processor)
    const { Done, Failed } = await connection.db
      .selectFrom('AsyncSchema.FlowStep')
      .select(['Done', 'Failed'])
      .where('Position', '=', 0)
      .executeTakeFirstOrThrow()
    if (Done !== items || Failed) throw new Error(`${Done} of ${items} done, ${Failed} failed`)
    return [
      {
        name: `${items} items that do nothing`,
        value: (performance.now() - begun) / 1_000,
        unit: 's',
        target,
      },
      {
        name: 'processor time an item, without nats-server',
        value: (user + system) / 1_000 / items,
        unit: 'ms',
      },
      { name: 'memory when a quarter is done', value: memory.quarter, unit: 'MB' },
      { name: 'memory at its most after that', value: memory.most, unit: 'MB' },
    ]
  } finally {
    await Promise.all([relay.stop(), worker.stop()])
    await keeper.stop()
    await connection.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns megabytes */
async function untilDone({ db }: DatabaseConnection): Promise<{ quarter: number; most: number }> {
  const memory = { quarter: 0, most: 0 }
  for (;;) {
    await delay(1_000)
    const { State } = await db.selectFrom('AsyncSchema.Flow').select('State').executeTakeFirstOrThrow()
    if (State.startsWith('DONE')) return memory
    const { ended } = await db
      .selectFrom('AsyncSchema.Outbox')
      .select((eb) => eb.fn.countAll<number>().as('ended'))
      .where('State', '=', 'DONE')
      .where('FlowStepId', 'is not', null)
      .executeTakeFirstOrThrow()
    const megabytes = process.memoryUsage().rss / 1_048_576
    if (ended < items / 4) memory.quarter = megabytes
    memory.most = Math.max(memory.most, megabytes)
  }
}
