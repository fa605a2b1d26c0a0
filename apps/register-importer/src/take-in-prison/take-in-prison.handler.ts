import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type PrisonChangeMessage } from '#shared/contracts'
import { claimPolicy, Consumes, Delivery, done, handler, type Outcome, reject } from '#shared/messaging'
import { UnitOfWork } from '#shared/unit-of-work'
import { PrisonChanges } from '../prison-changes.repository.js'
import { whyNotTakenIn } from './take-in-prison.rules.js'

const takeInPrison = handler({
  name: 'take-in-prison',
  messages: [messages.prisonChangeDue],
  policy: claimPolicy,
})

/** Takes in what the register says of one prison: an item of the import. It holds once the import is taken over. */
@Controller()
export class TakeInPrisonHandler {
  constructor(
    private readonly changes: PrisonChanges,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(takeInPrison)
  async handle(@Payload() { changeId }: PrisonChangeMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const change = await this.changes.one(changeId)
    const reason = change && whyNotTakenIn(change)
    if (reason) return reject(reason)
    // Of an import that a later one has overtaken nothing is left to do.
    await this.unitOfWork.run(delivery, (work) => this.changes.take(work, changeId))
    return done
  }
}
