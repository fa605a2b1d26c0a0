import { rejects } from 'node:assert/strict'
import type { Message } from '#shared/contracts'
import type { Work } from '#shared/unit-of-work'
import { followedBy } from '#shared/jobs'
import type { ArchiveDatabase } from './src/archive-database.js'
import { OldExternalData } from './src/clean-up-external-data/old-external-data.repository.js'
import { OverpaidClaims } from './src/mark-overpayments/overpaid-claims.repository.js'
import { SilentClaims } from './src/reject-silent-claims/silent-claims.repository.js'
import { AdvanceClaims } from './src/remind-of-evidence/advance-claims.repository.js'
import { UnansweredClaims } from './src/remind-of-information/unanswered-claims.repository.js'
import { ArchivedClaims } from './src/archive-claim/archived-claims.repository.js'
import { StoredClaims } from './src/archive-claim/stored-claims.repository.js'
import { OldClaims } from './src/archive-old-claims/old-claims.repository.js'
import { claim, log, inUnitOfWork, inPage, type StatementSteps } from '../../tools/statements/step.js'

/** The claim that the recorder finds where one is taken. */
const takenClaim = { ...claim, claimId: 1, emailAddress: 'a@example.com' }
/** What daily-tasks asks the database, step by step. */
export const statements: StatementSteps = {
  'remind-of-evidence': (database) => {
    const reminder = { kind: 'firstReminder', from: '2024-03-12', before: '2024-03-13' } as const
    const stage = new AdvanceClaims(database.connection).toRemind(reminder)
    const asked = followedBy(stage, (unit: Work<Message>, { emailAddress, ...found }) =>
      unit.followUp('ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION', found, `${emailAddress}~~firstReminder`),
    )
    return inPage(database, asked, [takenClaim])
  },
  'remind-of-information': (database) => {
    const stage = new UnansweredClaims(database.connection).updatedBefore('2024-03-13', 35)
    const asked = followedBy(stage, (unit: Work<Message>, { emailAddress, ...found }) =>
      unit.followUp('SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION', found, emailAddress ?? undefined),
    )
    return inPage(database, asked, [takenClaim])
  },
  'mark-overpayments': (database) => {
    const stage = new OverpaidClaims(database.connection).withoutEvidence('2024-03-13', 10)
    return inPage(database, stage, [{ ClaimId: 1 }, { ClaimId: 2 }])
  },
  'clean-up-external-data: lists': async ({ connection }) => {
    const data = new OldExternalData(connection)
    await data.eligibilities(connection.db, 0, '2024-02-12 04:30:00')
    await data.claims(connection.db, 0, '2024-02-12 04:30:00')
    await data.documents(connection.db, 0, '2024-02-12 04:30:00', '2024-03-13 04:30:00.000')
    await data.belongings(connection.db, [claim])
    await data.countHandedOver(connection.db, '2024-02-12 04:30:00')
  },
  'clean-up-external-data: delete': (database) => {
    database.happens = [[/select .*"ExtSchema(_|"\.")Claim"/, 'nothing']]
    return inUnitOfWork(database, async (unit) => {
      const document = { ...claim, path: null }
      const documents = [
        { ...document, documentId: 5 },
        { ...document, documentId: 6 },
      ]
      const going = { eligibilities: [claim], claims: [claim], documents }
      await new OldExternalData(database.connection).delete(unit, going, new Set([6]))
    })
  },
  'reject-silent-claims': (database) => {
    const stage = new SilentClaims(database.connection).remindedBefore('2024-03-13', 7)
    const asked = followedBy(stage, (unit: Work<Message>, rejected) =>
      unit.followUp('REJECT-CLAIM-NOTIFICATION', rejected),
    )
    return inPage(database, asked, [{ ...claim, emailAddress: null }])
  },
  'archive-old-claims: read': ({ connection }) =>
    new OldClaims(connection).reviewedBefore('2024-03-13 11:30:00.000', 365).read(connection.db, 0),
  'archive-old-claims: archive': (database) => {
    const stage = new OldClaims(database.connection).reviewedBefore('2024-03-13 11:30:00.000', 365)
    database.answer = { claimId: 2 }
    const asked = followedBy(stage, (unit: Work<Message>, old) => unit.followUp('ARCHIVE-CLAIM', old))
    return inPage(database, asked, [{ claimId: 2 }])
  },
  'archive-claim: find': async ({ connection, archive }) => {
    await new StoredClaims(connection).find(2)
    await new StoredClaims(connection).whyItStays(claim)
    await new ArchivedClaims(archive as unknown as ArchiveDatabase, log).has(2)
  },
  'archive-claim: copy': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    const older = Object.entries(rows).map(([table, [row]]) => [table, [{ ...row, Reference: 'OLD' }]])
    const changed = { ...rows, ...Object.fromEntries(older) } as typeof rows
    // The recorder counts one row of everything, and so misses those that were inserted.
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, changed)
    await rejects(copy, /the archive does not hold every row of the claim/)
  },
  'archive-claim: copy a claim that is not there': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    const none = Object.fromEntries(Object.keys(rows).map((table) => [table, 0]))
    archive.happens = [[/^select \(\(select count/, none]]
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, rows)
    await rejects(copy, /the archive does not hold every row of the claim/)
  },
  'archive-claim: copy to an archive that lacks something': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    archive.happens = [
      [/information_schema|pragma_table_info/, { table: 'IntSchema.Claim', column: 'ClaimId' }],
    ]
    const added = rows['IntSchema.Claim'].map((row) => ({ ...row, Colour: 'red' }))
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, {
      ...rows,
      'IntSchema.Claim': added,
    })
    await rejects(copy, /unknown-column/)
  },
  'archive-claim: copy a document of our own': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    const documents = rows['IntSchema.ClaimDocument'].map((row) => ({ ...row, ClaimDocumentId: -1 }))
    const changed = { ...rows, 'IntSchema.ClaimDocument': documents }
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, changed)
    await rejects(copy, /the archive does not hold every row of the claim/)
  },
  'archive-claim: copy what another claim has': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    const one = { EligibilityId: 1, ClaimId: 1 }
    // Nobody has any of the keys, but for the last that is looked for.
    archive.happens = [
      [/^insert/, 'duplicate'],
      [/^select "ClaimDocumentId" as "id".* "ClaimDocumentId" = /, one],
      [/^select "\w+" as "id"/, 'nothing'],
    ]
    const older = {
      ...rows,
      'IntSchema.ClaimEvent': rows['IntSchema.ClaimEvent'].map((row) => ({ ...row, Event: 'OLD' })),
    }
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, older)
    await rejects(copy, /archive-key-taken/)
  },
  'archive-claim: delete': async (database) => {
    const stored = new StoredClaims(database.connection)
    const copied = await stored.read(claim)
    return inUnitOfWork(database, async (unit) => {
      // The recorder deletes one row in each round trip, whatever it is told.
      await stored.remove(unit, claim, copied).catch(() => undefined)
    })
  },
  'archive-claim: delete with its eligibility': async (database) => {
    database.happens = [[/ as "others"$/, { others: 0 }]]
    const stored = new StoredClaims(database.connection)
    const copied = await stored.read(claim)
    return inUnitOfWork(database, async (unit) => {
      await stored.remove(unit, claim, copied).catch(() => undefined)
    })
  },
}
