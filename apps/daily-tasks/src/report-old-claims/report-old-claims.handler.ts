import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { messages } from '#shared/contracts'
import { Flows } from '#shared/flows'
import { Log } from '#shared/logging'
import { claimPolicy, Consumes, Delivery, done, handler, type Outcome } from '#shared/messaging'
import { UnitOfWork } from '#shared/unit-of-work'

const reportOldClaims = handler({
  name: 'report-old-claims',
  messages: [messages.oldClaimsReportDue],
  policy: claimPolicy,
})

/** Says in the log what became of the old claims: the last step of the flow. */
@Controller()
export class ReportOldClaimsHandler {
  constructor(
    private readonly flows: Flows,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  @Consumes(reportOldClaims)
  async handle(@Ctx() delivery: Delivery): Promise<Outcome> {
    const step = await this.flows.stepOf(delivery)
    const [archived] = await this.flows.totals(step)
    const first = await this.unitOfWork.run(delivery, () => Promise.resolve())
    if (first) this.report(step.run, archived)
    return done
  }

  private report(run: number, { done: count = 0, failed = 0 } = {}): void {
    this.log.info('old claims archived', { count, run: String(run) })
    if (failed) this.log.warn('old claims not archived: see their dead letters', { count: failed })
  }
}
