import { claimEvent, claimStatus } from '#shared/claims'
import { taskStatus, type ClaimMessage, type TaskName } from '#shared/contracts'
import type { Database } from '#shared/database'
import type { Transaction } from 'kysely'
import type { Deed, Place } from './playground.js'

/** A web app's transaction. It looks at nothing beforehand: whoever asks it to do so has looked at a screen. */
const webApp = (name: string, work: (db: Transaction<Database>, place: Place) => Promise<void>): Deed => ({
  name,
  do: (place) => place.connection.transaction((db) => work(db, place)),
})

/** The statuses that caseworkers give a claim; the event, and the task that tells the claimant. */
const decisions = {
  approves: [claimStatus.approved, 'CLAIM-APPROVED', 'ACCEPT-CLAIM-NOTIFICATION'],
  rejects: [claimStatus.rejected, claimEvent.rejected, 'REJECT-CLAIM-NOTIFICATION'],
  'asks for information': [
    claimStatus.requestInformation,
    claimEvent.requestInformation,
    'REQUEST-INFORMATION-CLAIM-NOTIFICATION',
  ],
} as const satisfies Record<string, readonly [status: string, event: string, task: TaskName]>

export type PersonsDecision = keyof typeof decisions

/** A caseworker decides about a claim: as the internal web app writes it down, whatever the claim was before. */
export const caseworker = (decides: PersonsDecision, claim: ClaimMessage): Deed => {
  const [status, event, task] = decisions[decides]
  return webApp(`a caseworker ${decides}`, async (db, { clock }) => {
    const now = clock.now()
    const isApproval = status === claimStatus.approved
    await db
      .updateTable('IntSchema.Claim')
      .set({ Status: status, Caseworker: 'caseworker@example.com', DateReviewed: now, LastUpdated: now })
      .set(isApproval ? { DateApproved: now } : {})
      .where('ClaimId', '=', claim.claimId)
      .execute()
    if (isApproval)
      await db
        .updateTable('IntSchema.ClaimExpense')
        .set({ Status: status })
        .set((row) => ({ ApprovedCost: row.ref('Cost') }))
        .where('ClaimId', '=', claim.claimId)
        .execute()
    await insertEvent(db, claim, event, now)
    await insertTask(db, 'IntSchema', claim, { task, data: 'visitor@example.org', now })
  })
}

/** A claimant answers: a document, and the task that says so. */
export const claimantAnswers = (claim: ClaimMessage, page: number): Deed =>
  webApp('the claimant answers', async (db, { clock }) => {
    const { reference, eligibilityId, claimId } = claim
    await db
      .insertInto('ExtSchema.ClaimDocument')
      .values({
        ...{ Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId },
        ...{ DocumentType: 'VISIT-CONFIRMATION', DocumentStatus: 'uploaded', IsEnabled: true },
        ...{ Filepath: `${reference}/${page}.png`, DateSubmitted: clock.now() },
      })
      .execute()
    await insertTask(db, 'ExtSchema', claim, {
      ...{ task: 'REQUEST-INFORMATION-RESPONSE', data: 'here it is', now: clock.now() },
    })
  })

/** A web app, or an operator, lets a Task row run again. */
export const setsPending = (schema: 'ExtSchema' | 'IntSchema', taskId: number): Deed =>
  webApp(`somebody sets ${schema}.Task ${taskId} back to PENDING`, async (db) => {
    await db
      .updateTable(`${schema}.Task`)
      .set({ Status: taskStatus.pending, DateProcessed: null })
      .where('TaskId', '=', taskId)
      .execute()
  })

/** Any change that somebody makes to a table. */
export const changes = (
  name: string,
  change: (db: Transaction<Database>, place: Place) => Promise<unknown>,
): Deed =>
  webApp(name, async (db, place) => {
    await change(db, place)
  })

async function insertEvent(db: Transaction<Database>, claim: ClaimMessage, event: string, now: string) {
  const { reference, eligibilityId, claimId } = claim
  await db
    .insertInto('IntSchema.ClaimEvent')
    .values({
      ...{ Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId, DateAdded: now },
      ...{ Event: event, Caseworker: 'caseworker@example.com', IsInternal: false },
    })
    .execute()
}

export async function insertTask(
  db: Transaction<Database>,
  schema: 'ExtSchema' | 'IntSchema',
  { reference, eligibilityId, claimId }: ClaimMessage,
  { task, data, now }: { readonly task: string; readonly data: string; readonly now: string },
): Promise<void> {
  await db
    .insertInto(`${schema}.Task`)
    .values({
      ...{ Task: task, Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId },
      ...{ AdditionalData: data, DateCreated: now, Status: taskStatus.pending },
    })
    .execute()
}
