import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { fittingId, messages } from '#shared/contracts'
import { Flows, type StepAtHand } from '#shared/flows'
import { followedBy, PagedJob } from '#shared/jobs'
import { Log } from '#shared/logging'
import {
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  jobPolicy,
  type Outcome,
  reject,
} from '#shared/messaging'
import { UnitOfWork, type Work } from '#shared/unit-of-work'
import { PrisonChanges } from '../prison-changes.repository.js'
import { RegisterFile } from '../register-file.js'
import { changesOf } from './prison-changes.rules.js'
import { readRegister } from './read-register.rules.js'

const checkPrisonRegister = handler({
  name: 'check-prison-register',
  messages: [messages.prisonRegisterCheckDue],
  policy: { ...jobPolicy, upstream: 'document-store' },
  followUps: [messages.prisonChangeDue],
})
type FollowUps = FollowUpsOf<typeof checkPrisonRegister>

/**
 * Fetches the register, checks it, and asks for each prison that it changes to be taken in: the first step of the import.
 * What it changes is written down before anybody is asked to agree: what is agreed to is what is done, whatever the
 * file is by then.
 */
@Controller()
export class CheckPrisonRegisterHandler {
  constructor(
    private readonly register: RegisterFile,
    private readonly changes: PrisonChanges,
    private readonly flows: Flows,
    private readonly job: PagedJob,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  @Consumes(checkPrisonRegister)
  async handle(@Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const step = await this.flows.queueing(delivery)
    if (!(await this.changes.areThere(step.flowId))) {
      const outcome = await this.find(delivery, step)
      if (outcome.kind !== 'done') return outcome
    }
    if (!(await this.flows.mayRemove(step, await this.changes.closing(step.flowId)))) return done
    await this.job.run(delivery, undefined, () => [
      followedBy(this.changes.of(step.flowId), (work: Work<FollowUps>, { changeId, name }) =>
        work.item(messages.prisonChangeDue, name, { changeId }),
      ),
    ])
    return done
  }

  private async find({ id, consumer }: Delivery<FollowUps>, step: StepAtHand): Promise<Outcome> {
    const file = await this.register.read()
    if (!file) return reject('register-missing')
    // It may be another one by now than it was as the import was begun, or as it was tried before.
    const { tag } = file
    const read = readRegister(file.bytes)
    if (read.kind === 'refused') {
      const { reason, line } = read
      await this.flows.note(step, { tag })
      this.log.warn('prison register refused', { reason, ...(line === undefined ? {} : { row: line }) })
      return reject(reason)
    }
    const changes = changesOf(await this.changes.stored(), read.prisons)
    // Of two that read the register, whoever comes first says which one it was, and what it changes.
    await this.unitOfWork.run({ id: fittingId(`${id}#found`), consumer }, async (work) => {
      await this.flows.note(step, { tag }, work.db)
      await this.changes.record(work, step.flowId, changes)
    })
    return done
  }
}
