import { Injectable } from '@nestjs/common'
import { deadLetterSubject, sameText, streams, textKey } from '../../contracts/index.js'
import { nanosecondsOf, NatsClient, type HandlerName } from '../../messaging/index.js'
import { ageOf, hasAge, type Ages } from '../ages.js'
import { deadLetterOf, type DeadLetter } from './dead-letter.js'
import { namesReference } from '../streams/message-body.js'
import { OperationFailed, ofStream } from '../operation-failed.js'
import { readStream, type StoredMessage } from '../streams/stream-reader.js'

/** Which dead letters are meant; all that is given must hold. */
export interface LetterFilter extends Ages {
  readonly consumer?: HandlerName
  readonly reason?: string
  /** Where it was published. */
  readonly subject?: string
  readonly reference?: string
  /** None that is younger than the letter of this number. */
  readonly upTo?: number
}

/** A dead letter with the message it keeps. */
export interface KeptLetter {
  readonly letter: DeadLetter
  readonly message: StoredMessage
}

const { name } = streams.deadLetters

/** The stream of the dead letters. Every method throws OperationFailed where there is none. */
@Injectable()
export class DeadLetterStream {
  constructor(private readonly nats: NatsClient) {}

  /**
   * The letters of a filter in pages, the oldest first: those that are there at the start.
   * @param idsOfReference ids of messages that are about the filter's reference without naming it
   */
  async *find(filter: LetterFilter, idsOfReference: ReadonlySet<string>): AsyncGenerator<KeptLetter[]> {
    const { consumer, upTo } = filter
    const stretch = {
      stream: name,
      ...(consumer ? { subjects: [deadLetterSubject(consumer)] } : {}),
      ...(upTo === undefined ? {} : { upTo }),
    }
    // A stream bears the server's own time, whatever this process takes for now.
    const now = new Date()
    for await (const page of readStream(this.nats, stretch)) {
      const kept = page.map((message) => ({ letter: deadLetterOf(message), message }))
      const found = kept.filter((each) => isMeant(each, filter, idsOfReference, now))
      if (found.length) yield found
    }
  }

  /** The number of the newest letter that there ever was. */
  async newest(): Promise<number> {
    return (await ofStream(name, this.nats.manager.streams.info(name))).state.last_seq
  }

  /** @throws OperationFailed naming the first that is not there */
  async get(sequences: readonly number[]): Promise<KeptLetter[]> {
    await ofStream(name, this.nats.manager.streams.info(name))
    return Promise.all(sequences.map((sequence) => this.getOne(sequence)))
  }

  /** Deletes letters for good. One that is gone already is no error. @returns how many were there */
  async delete(sequences: readonly number[]): Promise<number> {
    const deleted = await Promise.all(sequences.map((sequence) => this.deleteOne(sequence)))
    return deleted.filter(Boolean).length
  }

  private async getOne(sequence: number): Promise<KeptLetter> {
    const stored = await this.nats.manager.direct.getMessage(name, { seq: sequence })
    if (!stored) throw new OperationFailed(`there is no dead letter ${sequence}`)
    const { subject, time, timestamp, header, data } = stored
    const storedAt = nanosecondsOf(timestamp)
    const message = { sequence, subject, time, storedAt, headers: header, data }
    return { letter: deadLetterOf(message), message }
  }

  private async deleteOne(sequence: number): Promise<boolean> {
    const { streams: api } = this.nats.manager
    try {
      // Overwriting the bytes as well takes many times as long; the server lets go of them soon enough.
      return await api.deleteMessage(name, sequence, false)
    } catch (error) {
      if (await api.getMessage(name, { seq: sequence })) throw error
      return false
    }
  }
}

function isMeant(
  { letter, message }: KeptLetter,
  filter: LetterFilter,
  idsOfReference: ReadonlySet<string>,
  now: Date,
): boolean {
  const { reason, reference, subject } = filter
  if (subject !== undefined && letter.subject !== subject) return false
  if (reason !== undefined && !sameText(letter.reason, reason)) return false
  if (!hasAge(filter, ageOf(letter.stored, now))) return false
  if (reference === undefined) return true
  return namesReference(message.data, reference) || idsOfReference.has(textKey(letter.messageId))
}
