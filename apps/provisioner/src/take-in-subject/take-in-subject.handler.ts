import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type TaskMessage } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import {
  claimPolicy,
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  type Outcome,
  reject,
} from '#shared/messaging'
import { taskRowOf, UnitOfWork } from '#shared/unit-of-work'
import { changeInTask } from '../subjects/subject.rules.js'
import { Subjects } from '../subjects/subjects.repository.js'

const takeInSubject = handler({
  name: 'take-in-subject',
  messages: [messages.subjectChanged],
  policy: claimPolicy,
  followUps: [messages.provisioningDue],
})
type FollowUps = FollowUpsOf<typeof takeInSubject>

/** Writes down what a task says of a subject, and has its targets told. */
@Controller()
export class TakeInSubjectHandler {
  constructor(
    private readonly subjects: Subjects,
    private readonly unitOfWork: UnitOfWork,
    private readonly connection: DatabaseConnection,
  ) {}

  @Consumes(takeInSubject)
  async handle(@Payload() { task }: TaskMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const [{ AdditionalData, DateCreated }] = await this.connection.ask(taskRowOf(this.connection, task))
    const change = changeInTask(AdditionalData)
    if ('wrong' in change) return reject('subject-malformed')
    const said = { at: DateCreated, task }
    await this.unitOfWork.run(delivery, async (work) => {
      for (const { entryId, messageId } of await this.subjects.change(work, change, said))
        work.named(messages.provisioningDue, messageId, { entryId })
    })
    return done
  }
}
