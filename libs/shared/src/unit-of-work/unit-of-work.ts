import type { Compilable, RawBuilder, Transaction } from 'kysely'
import type { z } from 'zod'
import type { Clock, LocalTime } from '../clock/index.js'
import {
  followUpId,
  taskStatus,
  type claimBody,
  type ClaimMessage,
  type DataOf,
  type Event,
  type Message,
  type MessageIdentity,
  type messages,
  type OutgoingMessage,
  type TaskIdentity,
  type TaskOf,
} from '../contracts/index.js'
import { BegunTraces, currentSpan } from '../telemetry/index.js'
import type { DatabaseConnection, SqlDialect, Database } from '../database/index.js'
import { inheritedBy, manyFollowUps, oneFollowUp, type FollowUpTask } from './follow-ups.js'
import { itemsQueued } from './flow-items.js'
import { DoneBefore, type Inbox } from './inbox.js'
import { endMessage, isHeldBack, owedMessages } from './outbox.js'
import { toldEvents, type ToldEvent } from './told-events.js'

/** Of these messages, those that carry a claim's ids. */
type AboutClaim<Some extends Message> = Extract<Some, { readonly body: typeof claimBody }>

/** What a message carries. */
type BodyOf<Some extends Message> = OutgoingMessage['body'] & z.infer<Some['body']['schema']>

/** A claim by the three columns that name it. */
export type ClaimRef = Pick<ClaimMessage, 'reference' | 'eligibilityId' | 'claimId'>

/** Publishes what a committed transaction owes. A failure is not one of the work's: the relay tries again. */
export abstract class FollowUpPublisher {
  abstract publishFollowUps(messages: readonly OutgoingMessage[]): Promise<void>
}

/** What the work of one message may do, in its one transaction. What may follow from it, its handler declares. */
export class Work<in FollowUp extends Message = never> {
  readonly tasks: FollowUpTask[] = []
  readonly messages: OutgoingMessage[] = []
  readonly told: ToldEvent[] = []

  constructor(
    readonly db: Transaction<Database>,
    readonly dialect: SqlDialect,
    /** London time, the same for the whole transaction. */
    readonly now: LocalTime,
    private readonly message: MessageIdentity,
  ) {}

  /**
   * Runs statements in order. What comes of them nobody waits for: where there is a wire, they go with the next
   * question, or with the commit. What must not be passed over is said by `orElse`.
   */
  async batch(statements: readonly Compilable[]): Promise<void> {
    await this.dialect.later(this.db, statements)
  }

  /**
   * A follow-up task: a row in `IntSchema.Task`, published after the commit. `about`: what the task carries; its `data`
   * may be for the database to look up.
   * @returns what makes it this row
   */
  followUp(
    name: TaskOf<FollowUp>,
    about: Partial<ClaimRef>,
    data?: string | RawBuilder<string | null>,
  ): TaskIdentity {
    const row = {
      Task: name,
      Reference: about.reference ?? null,
      EligibilityId: about.eligibilityId ?? null,
      ClaimId: about.claimId ?? null,
      AdditionalData: data ?? null,
      Status: taskStatus.pending,
      DateCreated: this.now,
    }
    this.tasks.push({ name, row })
    return row
  }

  /** A follow-up that no Task row stands for. Its id comes from this message's: a repeat has the same. */
  publish(subject: AboutClaim<FollowUp>['subject'], claim: ClaimRef): void {
    const { reference, eligibilityId, claimId } = claim
    const id = followUpId(this.message.id, subject)
    this.messages.push({
      id,
      subject,
      body: { reference, eligibilityId, claimId },
      ...inheritedBy(this.message),
    })
  }

  /**
   * An item of a flow's step, that no Task row stands for. `key`: what tells it from the others of this page; a short
   * name, and nobody's data.
   */
  item<Item extends FollowUp>(message: Item, key: string | number, body: BodyOf<Item>): void {
    this.named(message, followUpId(`${this.message.id}.${key}`, message.subject), body)
  }

  /** The same under an id that is its own, for a row has it: one of `followUpId`. */
  named<Item extends FollowUp>(message: Item, id: string, body: BodyOf<Item>): void {
    this.messages.push({ id, subject: message.subject, body, ...inheritedBy(this.message) })
  }

  /**
   * What no Task row stands for, and what its id says by itself: not by whom it was caused.
   * @param name no other message's, for good
   */
  owe<Owed extends FollowUp>(message: Owed, name: string, body: BodyOf<Owed>): void {
    this.messages.push({ id: followUpId(name, message.subject), subject: message.subject, body })
  }

  /**
   * Tells other systems what happened, if one of them has asked for it: written down with the work, or not at all.
   * @param key tells it from the other events of its kind in this work
   */
  tell<Some extends Event>(
    this: Work<typeof messages.webhookEventsDue>,
    event: Some,
    key: string | number,
    data: DataOf<Some>,
    reference?: string,
  ): void {
    const told = { event, key: `${this.message.id}.${key}`, data }
    this.told.push(reference === undefined ? told : { ...told, reference })
  }

  /** The same under a key that is its own: whoever else tells it, and however often, it counts once. */
  tellOnce(this: Work<typeof messages.webhookEventsDue>, told: ToldEvent): void {
    this.told.push(told)
  }
}

/**
 * Does the work of a message once: effects, "this message is done", the Task row's end and the follow-ups commit
 * together, then the follow-ups are published. Design: "Doing the work once".
 */
export class UnitOfWork {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly inbox: Inbox,
    private readonly publisher: FollowUpPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` in a transaction, unless the message is done already. No call to the outside belongs inside. If a
   * passing failure of the database ends the transaction, `work` is run again with a new `Work`: it keeps no state of
   * its own between runs.
   * @returns false if there was nothing left to do
   * @throws whatever the work or the database threw; then nothing has happened
   */
  async run<FollowUp extends Message = never>(
    message: MessageIdentity<FollowUp>,
    work: (work: Work<FollowUp>) => Promise<void>,
  ): Promise<boolean> {
    const done = await this.committed(message, work)
    if (!done) currentSpan()?.event('done meanwhile')
    done?.traces.end()
    const toPublish = done?.messages.filter((each) => !isHeldBack(each)) ?? []
    if (toPublish.length) await this.publisher.publishFollowUps(toPublish)
    return done !== undefined
  }

  /** @returns what is owed now; undefined if it was done before */
  private async committed<FollowUp extends Message>(
    message: MessageIdentity<FollowUp>,
    work: (work: Work<FollowUp>) => Promise<void>,
  ): Promise<Committed | undefined> {
    try {
      return await this.connection.transaction(async (transaction) => {
        const traces = tracesOfFollowUps(message)
        const unit = new Work<FollowUp>(transaction, this.connection.dialect, this.clock.now(), message)
        await unit.batch([this.inbox.finishing(transaction, message)])
        await work(unit)
        const messages = [...unit.messages]
        await unit.batch([
          ...itemsQueued(transaction, message, unit.tasks.length + unit.messages.length),
          ...owedMessages(transaction, unit.messages, unit.now),
          ...(await followUps(unit, message, { messages, traces })),
          ...toldEvents(unit, unit.told, message, (owed) => messages.push(owed)),
          ...endMessage(transaction, message, { state: 'DONE', now: unit.now }),
        ])
        return { messages, traces }
      })
    } catch (error) {
      if (error instanceof DoneBefore || (await this.isDoneMeanwhile(message, error))) return undefined
      throw error
    }
  }

  /** Of two at the same moment the second breaks the inbox's key, with all of its work: it is no failure of anybody's. */
  private async isDoneMeanwhile(message: MessageIdentity, error: unknown): Promise<boolean> {
    return this.connection.dialect.isDuplicateKey(error) && (await this.inbox.isDone(message))
  }

  /** Records a message as done whose work is done already, or was outside the database. Repeating is safe. */
  async finish(message: MessageIdentity): Promise<void> {
    await this.run(message, () => Promise.resolve())
  }
}

/** What follows from many goes its own way, in a trace of its own with a link back. */
function tracesOfFollowUps({ aboutMany }: MessageIdentity): BegunTraces {
  const span = aboutMany ? currentSpan() : undefined
  return new BegunTraces(span && ((name, options) => span.beginLinked(name, options)))
}

interface Committed {
  readonly messages: OutgoingMessage[]
  readonly traces: BegunTraces
}

/** Of more than so many, it is quicker to insert all at once and to ask for their numbers. */
const fewTasks = 5

/** The statements that record the follow-ups with a Task row; their messages are added once their rows have numbers. */
async function followUps(
  work: Work,
  cause: MessageIdentity,
  { messages, traces }: Committed,
): Promise<Compilable[]> {
  if (work.tasks.length <= fewTasks && !cause.aboutMany)
    return work.tasks.flatMap((task) => oneFollowUp(work, task, cause, (message) => messages.push(message)))
  const { messages: more, owed } = await manyFollowUps(work, work.tasks, cause, traces)
  messages.push(...more)
  return owed
}
