import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { messages } from '#shared/contracts'
import { Flows } from '#shared/flows'
import { claimPolicy, Consumes, Delivery, done, handler, type Outcome } from '#shared/messaging'
import { UnitOfWork } from '#shared/unit-of-work'
import { oldClaimsFlow } from './old-claims.flow.js'

const archiveOldClaims = handler({
  name: 'archive-old-claims',
  messages: [messages.oldClaimsArchiveDue],
  policy: claimPolicy,
})

/** ARCHIVE-OLD-CLAIMS: begins the flow that archives every claim that was reviewed long ago. Domain: `tasks.md`. */
@Controller()
export class ArchiveOldClaimsHandler {
  constructor(
    private readonly flows: Flows,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(archiveOldClaims)
  async handle(@Ctx() delivery: Delivery): Promise<Outcome> {
    await this.unitOfWork.run(delivery, (work) => this.flows.begin(work, oldClaimsFlow, delivery.id))
    return done
  }
}
