import { taskKey, taskMessageId } from '#shared/contracts'
import type { NotifyCall } from '../../../testing/simulators/index.js'
import type { SubmittedClaim } from '../../../testing/simulators/external-web-app/index.js'
import type { Processes } from '../../support/processes.js'
import { twice } from './aftermath.js'
import { linesOfEmails, unlike, without, type LeftBehind } from './left-behind.js'

/** Told apart: an email may be repeated, and who was paid stands in more files than one. */
const toldApart = ['emails', 'payments', 'files', 'IntSchema.DirectPaymentFile']

/** What the outside knows and a restored database does not. */
export class Restored {
  private constructor(
    private readonly processes: Processes,
    private readonly sentBefore: number,
    private readonly known: ReadonlySet<string>,
  ) {}

  /** To be asked when the copy is in its place and nothing has been started on it yet. */
  static async to(processes: Processes): Promise<Restored> {
    const { db } = processes.database.connection
    const rows = await db.selectFrom('IntSchema.Task').selectAll().execute()
    const tasks = rows.map((row) => ({
      ...{ schema: 'IntSchema' as const, taskId: row.TaskId, run: 1, key: taskKey(row) },
    }))
    const messages = await db.selectFrom('AsyncSchema.Outbox').select('MessageId').execute()
    const ids = [...tasks.map(taskMessageId), ...messages.map(({ MessageId }) => MessageId)]
    return new Restored(processes, processes.simulators.notify.calls.length, new Set(ids.map(withoutRun)))
  }

  /** Every email there was. */
  get emails(): readonly NotifyCall[] {
    return this.processes.simulators.notify.calls
  }

  /** Those of the lost time of which the copy knew nothing: their work is done again, and sends its own. */
  get repeatable(): readonly NotifyCall[] {
    return this.emails
      .slice(0, this.sentBefore)
      .filter(({ reference }) => !this.known.has(withoutRun(String(reference))))
  }
}

/** By which name Notify knows an email: of a Task row the run is left out, for a row has one email. */
const withoutRun = (id: string): string => id.replace(/\.\d+(\.[0-9a-f]{16})$/, '$1')

/** The rows and tickets of an undisturbed day, and its emails; twice only what a restored database cannot know. */
export function unlikeUndisturbed(found: LeftBehind, expected: LeftBehind, restored: Restored): string[] {
  const emails = { found: found.emails ?? [], expected: expected.emails ?? [] }
  const besides = without(emails.found, emails.expected)
  return [
    ...unlike(rest(found), rest(expected)),
    ...without(emails.expected, emails.found).map((line) => `emails lack ${line}`),
    ...without(besides, linesOfEmails(restored.repeatable)).map((line) => `emails have besides ${line}`),
    ...twice(restored.emails.map(({ reference }) => withoutRun(String(reference)))).map(
      (name) => `more than one email for ${name}`,
    ),
  ]
}

/** Everybody is paid once, whichever file says so; those whose claims were lost once at the most. */
export function unlikePaid(
  { payments: found = [] }: LeftBehind,
  { payments: expected = [] }: LeftBehind,
  lost: readonly SubmittedClaim[],
): string[] {
  const references = new Set(lost.map(({ reference }) => reference))
  const isOfLost = (line: string) => [...references].some((reference) => line.includes(`,${reference},`))
  return [
    ...twice(found).map((line) => `paid twice: ${line}`),
    ...without(expected, found).map((line) => `not paid: ${line}`),
    ...without(found, expected)
      .filter((line) => !isOfLost(line))
      .map((line) => `paid besides: ${line}`),
  ]
}

/** Every email about a claim went to its claimant. */
export function toOthers(emails: readonly NotifyCall[], claims: readonly SubmittedClaim[]): string[] {
  const addresses = new Map(claims.map((claim) => [claim.reference, claim.expectedAddress]))
  return emails
    .filter(({ email_address: address, personalisation }) => {
      const expected = addresses.get(String(personalisation.reference))
      return expected !== undefined && expected !== address
    })
    .map(({ personalisation }) => `an email about ${String(personalisation.reference)} went to somebody else`)
}

const rest = (all: LeftBehind): LeftBehind =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !toldApart.includes(name)))
