import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { events, messages, type PrisonRegisterImportedMessage } from '#shared/contracts'
import { Flows } from '#shared/flows'
import { Log } from '#shared/logging'
import {
  claimPolicy,
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  type Outcome,
} from '#shared/messaging'
import { UnitOfWork } from '#shared/unit-of-work'
import { PrisonChanges, type TakenOver } from '../prison-changes.repository.js'

const reportPrisonRegister = handler({
  name: 'report-prison-register',
  messages: [messages.prisonRegisterReportDue],
  policy: claimPolicy,
  followUps: [messages.prisonRegisterImported, messages.webhookEventsDue],
})
type FollowUps = FollowUpsOf<typeof reportPrisonRegister>

const nothing: TakenOver = { changed: 0, closed: 0, left: [] }

/**
 * Takes over all that was taken in, in one transaction, so that whoever reads the prisons reads one list; and says what came
 * of the import. The last step of it, which comes once more where what had failed is done after all.
 */
@Controller()
export class ReportPrisonRegisterHandler {
  constructor(
    private readonly flows: Flows,
    private readonly changes: PrisonChanges,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  @Consumes(reportPrisonRegister)
  async handle(@Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const step = await this.flows.stepOf(delivery)
    const [check] = await this.flows.totals(step)
    const refused = check?.refused
    let found = nothing
    const first = await this.unitOfWork.run(delivery, async (work) => {
      found = refused === undefined ? await this.changes.takeOver(work, step.flowId) : nothing
      const { changed, closed, left } = found
      if (!changed && !left.length && refused === undefined) return
      const told = { flow: step.flowId, changed, closed, failed: left.length }
      const news: PrisonRegisterImportedMessage = refused === undefined ? told : { ...told, refused }
      work.item(messages.prisonRegisterImported, step.flowId, news)
      if (refused === undefined) work.tell(events.prisonRegisterImported, step.flowId, told)
    })
    if (first) this.report(found, step.run, refused)
    return done
  }

  private report({ changed, closed, left }: TakenOver, run: number, refused: string | undefined): void {
    if (refused !== undefined) {
      this.log.warn('prison register not imported', { reason: refused })
      return
    }
    this.log.info('prison register imported', { count: changed, run: String(run) })
    if (closed) this.log.info('prisons closed', { count: closed })
    for (const name of left) this.log.warn('prison not taken in: see its dead letter', { row: name })
  }
}
