import { claimBody } from '#shared/contracts'
import { fromLondon, type LocalTime } from '#shared/clock'
import type { DatabaseConnection } from '#shared/database'

/** The claims for which something is still to be done: a task is open, or a message has not ended. */
export async function openClaims({ db }: DatabaseConnection): Promise<Set<number>> {
  // The tasks first: what follows from one that ends in between is in the outbox by then.
  const tasks = await db
    .selectFrom('ExtSchema.Task')
    .select('ClaimId')
    .where('Status', 'in', ['PENDING', 'IN-PROGRESS'])
    .execute()
  const owed = await db
    .selectFrom('AsyncSchema.Outbox')
    .select('Body')
    .where('DateEnded', 'is', null)
    .execute()
  const ids = [...tasks.map(({ ClaimId }) => ClaimId), ...owed.map(({ Body }) => claimIdOf(Body))]
  return new Set(ids.filter((id) => id !== null && id !== undefined))
}

/** A message of a claim that has not ended, for whoever asks why. Ids and codes only. */
export interface OpenMessage {
  readonly claimId: number
  readonly subject: string
  readonly attempts: number
  readonly lastReason: string | null
}

/** The messages of claims that have not ended. */
export async function openMessages({ db }: DatabaseConnection): Promise<OpenMessage[]> {
  const rows = await db
    .selectFrom('AsyncSchema.Outbox')
    .select(['Body', 'Subject', 'Attempts', 'LastReason'])
    .where('DateEnded', 'is', null)
    .execute()
  return rows.map(({ Body, Subject, Attempts, LastReason }) => ({
    claimId: claimIdOf(Body) ?? 0,
    subject: Subject,
    attempts: Attempts,
    lastReason: LastReason,
  }))
}

/**
 * For each claim the milliseconds from its Task row's `DateCreated` to the end of the last of its messages so far,
 * both from the database.
 */
export async function claimDurations({ db }: DatabaseConnection): Promise<Map<number, number>> {
  const tasks = await db
    .selectFrom('ExtSchema.Task')
    .select(['ClaimId', 'DateCreated'])
    .where('Task', '=', 'COMPLETE-CLAIM')
    .execute()
  const messages = await db
    .selectFrom('AsyncSchema.Outbox')
    .select(['Body', 'DateEnded'])
    .where('DateEnded', 'is not', null)
    .execute()
  const ends = new Map<number, LocalTime>()
  for (const { Body, DateEnded } of messages) {
    const claimId = claimIdOf(Body)
    if (claimId === undefined || DateEnded === null) continue
    if (DateEnded > (ends.get(claimId) ?? '')) ends.set(claimId, DateEnded)
  }
  return new Map(
    tasks.flatMap(({ ClaimId, DateCreated }) => {
      const end = ends.get(ClaimId ?? 0)
      return end === undefined ? [] : [[ClaimId ?? 0, milliseconds(DateCreated, end)] as const]
    }),
  )
}

const milliseconds = (from: LocalTime, to: LocalTime): number =>
  // In autumn an hour happens twice.
  Math.max(0, fromLondon(to).getTime() - fromLondon(from).getTime())

/** Undefined for a message that is about no claim. */
const claimIdOf = (body: string): number | undefined =>
  claimBody.schema.safeParse(JSON.parse(body)).data?.claimId
