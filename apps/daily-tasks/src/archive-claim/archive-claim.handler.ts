import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { type ClaimIdMessage, messages } from '#shared/contracts'
import { UnitOfWork } from '#shared/unit-of-work'
import {
  claimPolicy,
  Consumes,
  Delivery,
  done,
  handler,
  type Outcome,
  reject,
  retry,
} from '#shared/messaging'
import { pointsElsewhere } from './archive-claim.rules.js'
import { ArchivedClaims } from './archived-claims.repository.js'
import { StoredClaims } from './stored-claims.repository.js'

const archiveClaim = handler({
  name: 'archive-claim',
  messages: [messages.claimArchiveDue],
  policy: claimPolicy,
})

/**
 * ARCHIVE-CLAIM: moves a claim to the archive, a copy first, and only what has been copied and counted is deleted.
 * Wherever it dies, the next delivery finishes the move. Domain: `daily-and-payments.md`, "Archiving a claim".
 */
@Controller()
export class ArchiveClaimHandler {
  constructor(
    private readonly stored: StoredClaims,
    private readonly archived: ArchivedClaims,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(archiveClaim)
  async handle(@Payload() { claimId }: ClaimIdMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const claim = await this.stored.find(claimId)
    if (!claim) return this.alreadyMoved(claimId, delivery)
    const reason = await this.stored.whyItStays(claim)
    if (reason) return reject(reason)
    const rows = await this.stored.read(claim)
    // The tables were read one after the other: what came meanwhile may look like it.
    if (pointsElsewhere(rows))
      return (await this.stored.isStill(claim, rows))
        ? reject('row-of-another-claim')
        : retry('claim-changed-meanwhile')
    await this.archived.copy(claim, rows)
    await this.unitOfWork.run(delivery, (work) => this.stored.remove(work, claim, rows))
    return done
  }

  /** A repeat, or a second task for the same claim, finds it moved and changes nothing. */
  private async alreadyMoved(claimId: number, delivery: Delivery): Promise<Outcome> {
    if (!(await this.archived.has(claimId))) return reject('claim-not-found')
    await this.unitOfWork.finish(delivery)
    return done
  }
}
