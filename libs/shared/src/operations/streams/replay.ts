import { Injectable } from '@nestjs/common'
import { isSubject, streams, subjects, type StreamDefinition } from '../../contracts/index.js'
import { outboxState } from '../../unit-of-work/index.js'
import { identify, jobRunIn, NatsClient } from '../../messaging/index.js'
import { readBody, subjectMatches } from './message-body.js'
import { ofStream } from '../operation-failed.js'
import { sameMessage } from '../runs/run-again.js'
import { Runs, type KnownRun } from '../runs/runs.repository.js'
import { readStream, type StoredMessage } from './stream-reader.js'

/** A stretch of time, by the clock of the server. */
export interface Period {
  readonly from: Date
  readonly to: Date
}

/** What a page of a replay came to, for one subject. */
export interface Replayed {
  readonly subject: string
  readonly read: number
  /** Of these, done already: publishing them once more changes nothing. */
  readonly done: number
  readonly republished: number
}

const scheduled: readonly string[] = streams.schedule.subjects
const replayable: readonly StreamDefinition[] = [streams.claims, streams.notifications, streams.schedule]
/** What can be replayed: all work, but neither dead letters nor the server's own words. */
export const replayableSubjects: readonly string[] = Object.values(subjects).filter((subject) =>
  replayable.some((stream) => stream.subjects.includes(subject)),
)

/** The subjects that a subject, or a pattern with NATS wildcards, means; none where it means nothing. */
export const subjectsMeant = (pattern: string): string[] =>
  replayableSubjects.filter((subject) => subjectMatches(pattern, subject))

/** Publishes what was published once more, as the same messages: a handler that has done one passes over it. */
@Injectable()
export class Replay {
  constructor(
    private readonly nats: NatsClient,
    private readonly runs: Runs,
  ) {}

  /**
   * Replays subjects over a period, page by page, up to what is there at the start. Passed over are the copies of an
   * earlier replay, runs of Task rows that a later run has followed or the database does not know, and what was given
   * up: those are dead letters, to be retried as such. Repeating is safe.
   * @throws OperationFailed where a stream is not there
   */
  async *replay(wanted: readonly string[], period: Period, dryRun: boolean): AsyncGenerator<Replayed[]> {
    for (const { name, subjects: stored } of replayable) {
      const ofStreamWanted = wanted.filter((subject) => isSubject(subject) && stored.includes(subject))
      if (!ofStreamWanted.length) continue
      const upTo = (await ofStream(name, this.nats.manager.streams.info(name))).state.last_seq
      const stretch = { stream: name, subjects: ofStreamWanted, from: period.from, upTo }
      let first: number | undefined
      for await (const page of readStream(this.nats, stretch)) {
        const within = page.filter(({ time }) => time <= period.to)
        first ??= within[0]?.sequence
        const originals = within.filter((message) => !isCopyFrom(name, first ?? 0, message))
        yield await this.page(name, originals, dryRun)
        if (within.length < page.length) break
      }
    }
  }

  private async page(stream: string, page: readonly StoredMessage[], dryRun: boolean): Promise<Replayed[]> {
    const messages = page.map((message) => {
      const known = readBody(message.subject, message.data)
      const { task } = known
      const named = task ?? (known.keepsContract ? jobRunIn(known.body) : undefined)
      return { message, task, id: identify({ stream, ...message }, message.headers, named) }
    })
    const known = await this.runs.known(messages.map(({ id, task }) => ({ id, ...(task ? { task } : {}) })))
    const current = messages.filter(({ message }, place) => !isElsewhere(message, known[place]))
    if (!dryRun) await Promise.all(current.map(({ message, id }) => this.publish(stream, message, id)))
    const isDone = new Set(page.filter((_, place) => known[place]?.done))
    return [...new Set(page.map(({ subject }) => subject))].map((subject) => ({
      subject,
      read: page.filter((each) => each.subject === subject).length,
      done: page.filter((each) => each.subject === subject && isDone.has(each)).length,
      republished: current.filter(({ message }) => message.subject === subject).length,
    }))
  }

  private async publish(stream: string, message: StoredMessage, id: string): Promise<void> {
    await this.nats.publish(message.subject, message.data, {
      headers: sameMessage(message.headers, id),
      msgID: `${copyPrefix(stream)}${message.sequence}.${message.storedAt}`,
    })
  }
}

/** What one consumer of several gave up on is published for the others: the one passes over it by itself. */
const isElsewhere = ({ subject }: StoredMessage, run: KnownRun | undefined): boolean =>
  run !== undefined &&
  !run.done &&
  (run.laterRun ||
    run.unknownRun ||
    run.state === outboxState.failed ||
    (run.givenUp && !scheduled.includes(subject)))

const copyPrefix = (stream: string): string => `replay.${stream}.`

/** A copy that a replay made of a message of this very stretch, which is replayed itself. */
function isCopyFrom(stream: string, first: number, { headers }: StoredMessage): boolean {
  const id = headers.get('Nats-Msg-Id')
  return id.startsWith(copyPrefix(stream)) && Number.parseInt(id.slice(copyPrefix(stream).length)) >= first
}
