import type { LoggerService } from '@nestjs/common'
import { pino, type DestinationStream, type Logger } from 'pino'
import { describeError } from './describe-error.js'
import { forPeople } from './for-people.js'

/**
 * What a log line may say: ids, references, codes and counts. There is no field for a name, an address or a
 * text from outside, so none can get in.
 */
export interface LogFields {
  readonly messageId?: string
  readonly subject?: string
  readonly consumer?: string
  readonly upstream?: string
  readonly stream?: string
  readonly task?: string
  /** A row of any table, by its table and id; of a job, by its key alone: a `ClaimId`, mostly. */
  readonly row?: string | number
  readonly reference?: string
  readonly claimId?: number
  readonly topUpId?: number
  readonly documentId?: number
  /** Of the console: a path without its query, a member of staff or a program, and what they were told. */
  readonly page?: string
  readonly person?: string
  readonly words?: string
  readonly paymentFileId?: number
  readonly job?: string
  /** A key of the file of notification templates. */
  readonly template?: string
  /** A system that is told of users, roles and organisations. */
  readonly target?: string
  readonly run?: string
  /** Large work: what it is and its number, and the step it is at. */
  readonly flow?: string
  readonly step?: string
  /** Of a payment run's files: digits. */
  readonly stamp?: string
  readonly date?: string
  readonly table?: string
  readonly column?: string
  /** Tables with their columns. */
  readonly indexes?: string
  readonly traceId?: string
  readonly outcome?: string
  readonly reason?: string
  readonly delivery?: number
  readonly delayMs?: number
  readonly ms?: number
  readonly count?: number
  readonly signal?: string
  readonly version?: string
  readonly port?: number
}

let output: DestinationStream | undefined

/** One for the process, however many services it has: two writers to one pipe may break each other's lines. */
const processOutput = (): DestinationStream =>
  (output ??= process.stdout.isTTY ? terminal : pino.destination({ sync: false }))

const terminal: DestinationStream = { write: (line) => void process.stdout.write(forPeople(line)) }

/** Log lines with the service's name: JSON, or on a terminal what people read. */
export class Log {
  private constructor(private readonly logger: Logger) {}

  // What pino writes with is set in package.json: the version it asks for never gives up on a reader that has gone.
  static create(service: string, level = 'info', destination?: DestinationStream): Log {
    return new Log(pino({ level, base: { service } }, destination ?? processOutput()))
  }

  get debugging(): boolean {
    return this.logger.isLevelEnabled('debug')
  }
  debug(event: string, fields: LogFields = {}): void {
    this.logger.debug(fields, event)
  }
  info(event: string, fields: LogFields = {}): void {
    this.logger.info(fields, event)
  }
  warn(event: string, fields: LogFields = {}): void {
    this.logger.warn(fields, event)
  }
  /** An error by its class, code and place; by its message only where that is ours. */
  error(event: string, error: unknown, fields: LogFields = {}): void {
    this.logger.error({ ...fields, error: describeError(error) }, event)
  }
  /** What the deployment gave and cannot be used: a text of our own, in which nothing is quoted but its settings. */
  refused(complaint: string, fields: LogFields = {}): void {
    this.logger.error(fields, complaint)
  }
  flush(): void {
    this.logger.flush()
  }
}

/** Nest's own messages through the same log: warnings and errors by name, the rest at debug level. */
export class NestLog implements LoggerService {
  constructor(private readonly log_: Log) {}

  log(message: unknown): void {
    this.log_.debug(`nest: ${String(message)}`)
  }
  warn(message: unknown): void {
    this.log_.warn(`nest: ${String(message)}`)
  }
  error(message: unknown): void {
    this.log_.error('nest reported an error', message)
  }
}
