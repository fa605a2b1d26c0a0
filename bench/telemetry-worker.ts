/** One service on the messages that are stored already: says how fast it was, and ends. See telemetry.bench.ts. */
import 'reflect-metadata'
import { Controller, Module } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messageOf, messages, subjects, type ClaimMessage } from '#shared/contracts'
import { UnitOfWork } from '#shared/unit-of-work'
import {
  claimPolicy,
  Consumes,
  Delivery,
  done,
  handler,
  type FollowUpsOf,
  type Outcome,
} from '#shared/messaging'
import { startService } from '#shared/service'
import { provideOnce } from '../tools/provision/index.js'
import { Meter, subject } from './routed-messages.js'
import { workMessages, workWarmUps } from './telemetry-work.js'

const meter = new Meter(workMessages, workWarmUps)

const published = handler({
  name: `telemetry-${process.env.BENCH_RUN ?? ''}`,
  messages: [messageOf[subject]],
  policy: claimPolicy,
  followUps: [messages.claimApprovalDue],
})

/** What most handlers come to: one transaction, and one message that follows from it. */
@Controller()
class WorkHandler {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Consumes(published)
  async handle(
    @Payload() claim: ClaimMessage,
    @Ctx() delivery: Delivery<FollowUpsOf<typeof published>>,
  ): Promise<Outcome> {
    await this.unitOfWork.run(delivery, (work) => {
      work.publish(subjects.claimApprovalDue, claim)
      return Promise.resolve()
    })
    meter.tick()
    return done
  }
}

@Module({ controllers: [WorkHandler] })
class WorkModule {}

process.on('disconnect', () => process.exit(1))
await provideOnce(process.env, { consumers: [published] })
const service = await startService(WorkModule, { name: 'bench', env: process.env, port: 0 })
process.send?.({ port: service.port })
const speed = await meter.speed
process.send?.({ speed })
await service.stop()
process.exit(0)
