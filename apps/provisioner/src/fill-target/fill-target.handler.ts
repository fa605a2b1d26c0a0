import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { z } from 'zod'
import { messages, rowId } from '#shared/contracts'
import { Flows } from '#shared/flows'
import { followedBy, PagedJob } from '#shared/jobs'
import {
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  jobPolicy,
  type Outcome,
} from '#shared/messaging'
import { Targets } from '#shared/provisioning'
import type { Work } from '#shared/unit-of-work'
import { Subjects, type FoundSubject } from '../subjects/subjects.repository.js'

const fillTarget = handler({
  name: 'fill-target',
  messages: [messages.targetFillDue],
  policy: jobPolicy,
  followUps: [messages.provisioningDue],
})
type FollowUps = FollowUpsOf<typeof fillTarget>

const input = z.object({ targetId: rowId })

/** Has a target told of every subject that is for it and that it has not confirmed. Domain: `provisioning.md`. */
@Controller()
export class FillTargetHandler {
  constructor(
    private readonly flows: Flows,
    private readonly targets: Targets,
    private readonly subjects: Subjects,
    private readonly job: PagedJob,
  ) {}

  @Consumes(fillTarget)
  async handle(@Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const step = await this.flows.queueing(delivery)
    const target = await this.targets.one(input.parse(step.input).targetId)
    const all = target ? [followedBy(this.subjects.of(target), owe)] : []
    await this.job.run(delivery, undefined, () => all)
    return done
  }
}

function owe(work: Work<FollowUps>, { due }: FoundSubject): void {
  if (due) work.named(messages.provisioningDue, due.messageId, { entryId: due.entryId })
}
