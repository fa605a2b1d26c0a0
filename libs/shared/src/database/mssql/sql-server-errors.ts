import { OwnError } from '../../logging/index.js'

/** What SQL Server, or the way to it, says when the same work may well succeed a moment later. */
const transientErrors: Readonly<Record<string, string>> = {
  // The server's own numbers.
  20: 'the encrypted connection broke while it was being made',
  64: 'the connection broke after the login',
  121: 'the network gave up waiting',
  233: 'the server closed the connection while it was being made',
  596: 'the session was killed',
  601: 'rows moved under a scan',
  617: 'an internal table was dropped while it was read',
  669: 'a row version was lost',
  921: 'the database is still being recovered',
  922: 'the database is being recovered',
  941: 'the database is being started',
  976: 'the replica is not readable: a failover is under way',
  978: 'the replica is not readable: a failover is under way',
  979: 'the replica is not readable: a failover is under way',
  983: 'the replica is changing its role',
  1204: 'no locks left',
  1205: 'chosen as the victim of a deadlock',
  1221: 'the lock was released while it was waited for',
  1222: 'waited too long for a lock',
  3906: 'the database is read-only: a failover is under way',
  3935: 'the transaction could not go on',
  3960: 'a row changed under a snapshot',
  4060: 'the database cannot be opened: it is being moved or started',
  4221: 'the replica does not take logins yet',
  6005: 'the server is shutting down',
  8628: 'waited too long to optimise the query',
  8645: 'waited too long for memory',
  8651: 'not enough memory for the query at the moment',
  9515: 'a schema changed while it was used',
  10053: 'the connection was aborted',
  10054: 'the connection was reset',
  10060: 'the server did not answer',
  10922: 'the operation failed, and asks to be repeated',
  10928: 'too many sessions or workers',
  10929: 'the server is too busy',
  10936: 'too many requests',
  14355: 'the replication is busy',
  17197: 'waited too long for the login',
  20041: 'the transaction was rolled back and asks to be repeated',
  40143: 'the service could not process the request',
  40197: 'the service failed, for an upgrade or a failover',
  40501: 'the service is busy',
  40540: 'the service could not process the request',
  40613: 'the database is not available at the moment',
  41301: 'a dependency of the transaction failed',
  41302: 'the row was changed meanwhile',
  41305: 'a repeatable read could not be kept',
  41325: 'a serializable read could not be kept',
  41839: 'too many transactions depend on this one',
  42108: 'the pool is paused and being resumed',
  42109: 'the pool is being started',
  49918: 'not enough resources to process the request',
  49919: 'too many operations at once',
  49920: 'too many operations at once',
  // The driver's codes, and those of the sockets under it.
  '-2': 'the time was up',
  ETIMEOUT: 'the time was up',
  ESOCKET: 'the connection broke',
  ECLOSE: 'the connection was closed',
  ECONNCLOSED: 'the connection is closed',
  ECONNRESET: 'the connection was reset',
  ECONNREFUSED: 'nobody listens there: the server is being started or moved',
  EHOSTUNREACH: 'there is no way to the server',
  ENETUNREACH: 'there is no way to the server',
  EPIPE: 'the connection broke',
  ETIMEDOUT: 'the server did not answer',
  ENOTFOUND: 'the name of the server is not known at the moment',
  EAI_AGAIN: 'the name of the server cannot be looked up at the moment',
  EINSTLOOKUP: 'the port of the instance could not be asked for',
  EINVALIDSTATE: 'the connection is no longer usable',
  ENOTOPEN: 'the connections are being made anew',
}

/**
 * What the libraries refuse by themselves, before anything is sent: asking again changes nothing about it. Whatever else
 * comes without a number of the server's is about the way there.
 */
const refusedHere: readonly string[] = [
  ...['EARGS', 'EDUPEPARAM', 'EINJECT', 'EJSON', 'ENAME', 'EPARAM'],
  ...['EABORT', 'EALREADYBEGUN', 'EALREADYPREPARED', 'ENOTBEGUN', 'ENOTPREPARED', 'EREQINPROG'],
  ...['EDEPRECATED', 'EENCRYPT', 'EFEDAUTH', 'ELOGIN', 'ENOCONN'],
]

/** From this class on, an error of the server's ends the connection, and nothing can be said of what it was at. */
const endsConnection = 20

/** The connection leads to a server that is not, or no longer, the one to write to. */
const elsewhere: readonly number[] = [976, 978, 979, 983, 3906]

/** A unique or primary key, or a unique index, refused the row. */
const duplicateKeys: readonly number[] = [2601, 2627]

/**
 * What failed at SQL Server, under one name: `code` is the server's number where it gave one, otherwise the driver's
 * code. The message is the server's and may quote a row: it is for whoever runs a tool, and never for a log.
 */
export class SqlServerError extends OwnError {
  override readonly name: string = 'SqlServerError'
  readonly code: string
  /** The server's number. */
  readonly number: number | undefined
  /** Every number and code there is to it, the first being that of the error itself. */
  readonly codes: readonly string[]
  /** The connection broke, whatever it was that said so. */
  readonly isLoss: boolean

  /** @param asking something was being asked of a server that had been reached */
  constructor(cause: unknown, asking = false) {
    super(cause instanceof Error ? cause.message : 'failed', { cause })
    const found = [...codesOf(cause)]
    this.codes = [...new Set(found)]
    const number = found.find((code) => /^\d+$/.test(code))
    this.number = number === undefined ? undefined : Number(number)
    this.isLoss = asking && isLossOf(cause, number, found)
    this.code = number ?? found.find((code) => code !== 'EREQUEST') ?? (this.isLoss ? 'ESOCKET' : 'unknown')
  }

  override get words(): string | undefined {
    const known = this.codes.find((code) => Object.hasOwn(transientErrors, code))
    if (known !== undefined) return transientErrors[known]
    return this.isLoss ? transientErrors.ESOCKET : undefined
  }
}

/** By what is known, not by a list of what may break: over TLS, the end of a connection comes without any code. */
function isLossOf(cause: unknown, number: string | undefined, codes: readonly string[]): boolean {
  if (number === undefined) return !codes.some((code) => refusedHere.includes(code))
  return endsConnectionIn(cause)
}

/**
 * The commit was sent, and what came of it is not known, or not certain. The work must not be run again here: if it
 * was committed, it would be done twice. Whoever comes next finds in the inbox whether it was.
 */
export class CommitUncertain extends SqlServerError {
  override readonly name = 'CommitUncertain'

  override get words(): string {
    return 'the commit was sent, and what came of it is not known: the inbox says whether it was done'
  }
}

/** Whether the same statements, run again from the beginning of their transaction, may well succeed. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof SqlServerError) || error instanceof CommitUncertain) return false
  return error.isLoss || error.codes.some((code) => Object.hasOwn(transientErrors, code))
}

/** Whether other connections, made anew, may reach the right server. */
export const leadsElsewhere = ({ number }: SqlServerError): boolean =>
  number !== undefined && elsewhere.includes(number)

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof SqlServerError && error.number !== undefined && duplicateKeys.includes(error.number)

/** What a number or a code of the table means; undefined for any other. */
export const meaningOf = (code: string | number): string | undefined => transientErrors[code]

/**
 * Whether a text that ends a transaction in its last line failed before that line, by the server's own word: nothing of
 * the transaction has happened then. Of any other failure that is not known.
 */
export function failedBefore(lastLine: number, error: unknown): boolean {
  const all = [error, ...(((error as Wrapped).precedingErrors as unknown[] | undefined) ?? [])]
  return all.every((each) => {
    const { number, class: severity, lineNumber, procName } = (each ?? {}) as ServerError
    if (typeof number !== 'number' || typeof severity !== 'number' || severity >= endsConnection) return false
    // Of a trigger it is the trigger's line, and after its `raiserror` the text goes on to the commit.
    return !procName && lineNumber !== undefined && lineNumber >= 1 && lineNumber < lastLine
  })
}

/** What `mssql` copies of what the server says. */
interface ServerError {
  readonly number?: unknown
  readonly class?: unknown
  readonly lineNumber?: number
  readonly procName?: string
}

const deepest = 6

/** `mssql` and `tedious` wrap errors in one another, each under another name. */
function* within(error: unknown, depth = 0): Generator<Wrapped> {
  if (typeof error !== 'object' || error === null || depth > deepest) return
  const wrapped = error as Wrapped
  yield wrapped
  for (const inner of [wrapped.originalError, wrapped.info, wrapped.cause]) yield* within(inner, depth + 1)
  for (const others of [wrapped.errors, wrapped.precedingErrors]) {
    if (Array.isArray(others)) for (const other of others) yield* within(other, depth + 1)
  }
}

function* codesOf(error: unknown): Generator<string> {
  for (const { number, code, name } of within(error)) {
    if (typeof number === 'number') yield String(number)
    if (typeof code === 'string' || typeof code === 'number') yield String(code)
    // The pool's: all its connections are in use, or none could be made in time.
    if (name === 'TimeoutError') yield 'ETIMEOUT'
  }
}

const endsConnectionIn = (error: unknown): boolean =>
  [...within(error)].some((each) => typeof each.class === 'number' && each.class >= endsConnection)

type Wrapped = Partial<
  Record<
    'number' | 'code' | 'class' | 'name' | 'originalError' | 'info' | 'cause' | 'errors' | 'precedingErrors',
    unknown
  >
>
