import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { PagedJob } from '#shared/jobs'
import { consumer, Consumes, Delivery, done, type Outcome } from '#shared/messaging'
import { DailyTasksSettings } from '../daily-tasks.settings.js'
import { OldClaims } from './old-claims.repository.js'

const archiveOldClaims = consumer('archive-old-claims')

/** ARCHIVE-OLD-CLAIMS: asks for every claim that was reviewed long ago to be archived. Domain: `tasks.md`. */
@Controller()
export class ArchiveOldClaimsHandler {
  constructor(
    private readonly claims: OldClaims,
    private readonly job: PagedJob,
    private readonly settings: DailyTasksSettings,
  ) {}

  @Consumes(archiveOldClaims)
  async handle(@Ctx() delivery: Delivery): Promise<Outcome> {
    await this.job.run(delivery, undefined, (run) => [
      this.claims.reviewedBefore(run.started, this.settings.archiving),
    ])
    return done
  }
}
