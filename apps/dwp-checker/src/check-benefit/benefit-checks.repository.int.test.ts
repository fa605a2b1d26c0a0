import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import type { Message, OutgoingMessage } from '#shared/contracts'
import { DatabaseConnection, migrate, type NewRow } from '#shared/database'
import { Inbox, UnitOfWork, type Work } from '#shared/unit-of-work'
import { BenefitChecks, type CheckedClaim } from './benefit-checks.repository.js'
import { goOn } from './check-benefit.handler.js'
import { decide, type CheckResult } from './check-benefit.rules.js'

const claim = { reference: 'FPULB7X', eligibilityId: 2080, claimId: 21080 }
const keys = { Reference: claim.reference, EligibilityId: claim.eligibilityId }
const submitted = '2024-03-11 19:45:00.000'

let folder: string
let connection: DatabaseConnection
let repository: BenefitChecks
let unitOfWork: UnitOfWork
let published: OutgoingMessage[]
let messages = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-benefit-'))
  connection = DatabaseConnection.open({ kind: 'sqlite', file: join(folder, 'test.sqlite') })
  await migrate(connection, { withWebApps: true })
  const clock = new ShiftedClock('2024-03-13 11:30:00')
  published = []
  const publisher = {
    publishFollowUps: (of: readonly OutgoingMessage[]) => Promise.resolve(void published.push(...of)),
  }
  unitOfWork = new UnitOfWork(connection, new Inbox(connection, clock), publisher, clock)
  repository = new BenefitChecks(connection)
  await connection.db
    .insertInto('IntSchema.Eligibility')
    .values({ ...keys, DateCreated: submitted, Status: 'NEW' })
    .execute()
  await connection.db.insertInto('IntSchema.Visitor').values(visitor).execute()
  await connection.db.insertInto('IntSchema.Claim').values(claimRow(claim.claimId)).execute()
})

afterEach(async () => {
  await connection.close()
  await rm(folder, { recursive: true })
})

const visitor: NewRow<'IntSchema.Visitor'> = {
  ...keys,
  VisitorId: 4080,
  FirstName: 'Thandiwe',
  LastName: 'Rathbourne',
  NationalInsuranceNumber: 'QQ955252A',
  HouseNumberAndStreet: '4 Example Row',
  Town: 'Leedsham',
  County: 'West Yorkshire',
  PostCode: 'LS88 1ZZ',
  Country: 'England',
  EmailAddress: 'thandiwe.rathbourne@example.com',
  DateOfBirth: '1959-01-13 00:00:00.000',
  Relationship: 'son',
  Benefit: ' Jobseekers-allowance',
  BenefitOwner: 'no',
  DWPCheck: 'APPROVED',
}

const claimRow = (ClaimId: number): NewRow<'IntSchema.Claim'> => ({
  ...keys,
  ClaimId,
  Status: 'NEW',
  ReminderSent: true,
  DateReminderSent: submitted,
  DateOfJourney: '2024-03-09 00:00:00.000',
  DateCreated: submitted,
  LastUpdated: submitted,
})

async function read(of: typeof claim) {
  const [facts] = await connection.ask(repository.find(of))
  return facts
}

async function found(of = claim) {
  const facts = await read(of)
  if (!facts) throw new Error('the claim was not found')
  return facts
}

/** Writes down what came of a check, and what follows from it. */
const save = (id: string, checked: CheckedClaim) =>
  unitOfWork.run({ id, consumer: 'check-benefit' }, async (work: Work<Message>) => {
    await repository.save(work, checked)
    goOn(work, checked)
  })

/** One check from end to end, but for the benefit checker itself. */
async function check(result: CheckResult, of = claim): Promise<string> {
  const facts = await found(of)
  const decision = decide(facts, result)
  await save(`check.${(messages += 1)}`, { claim: of, facts, result, decision })
  return decision.kind
}

const rows = {
  claim: () => connection.db.selectFrom('IntSchema.Claim').selectAll().executeTakeFirstOrThrow(),
  visitor: () => connection.db.selectFrom('IntSchema.Visitor').selectAll().executeTakeFirstOrThrow(),
  documents: () =>
    connection.db.selectFrom('IntSchema.ClaimDocument').selectAll().orderBy('ClaimDocumentId').execute(),
  events: () => connection.db.selectFrom('IntSchema.ClaimEvent').selectAll().execute(),
  tasks: () => connection.db.selectFrom('IntSchema.Task').selectAll().execute(),
}

const setStatus = (Status: string) => connection.db.updateTable('IntSchema.Claim').set({ Status }).execute()

describe('reading a claim', () => {
  it('finds it by all three of its ids', async () => {
    expect(await read({ ...claim, claimId: 1 })).toBeUndefined()
    expect(await read({ ...claim, eligibilityId: 1 })).toBeUndefined()
    expect(await read({ ...claim, reference: 'OTHER' })).toBeUndefined()
    expect(await found()).toMatchObject({ claimStatus: 'NEW', emailAddress: visitor.EmailAddress })
  })

  it("finds the benefit's holder, where there is one", async () => {
    expect((await found()).benefitHolder).toBeUndefined()
    const holder = {
      ...{ FirstName: 'Sipho', LastName: 'Ashgrove', NationalInsuranceNumber: 'QQ123456B' },
      DateOfBirth: '1960-02-29 00:00:00.000',
    }
    await connection.db
      .insertInto('IntSchema.Benefit')
      .values({ ...keys, BenefitId: 1, ...holder })
      .execute()
    expect((await found()).benefitHolder).toEqual({
      surname: holder.LastName,
      nationalInsuranceNumber: holder.NationalInsuranceNumber,
      dateOfBirth: holder.DateOfBirth,
    })
  })
})

describe('asking for evidence', () => {
  it('writes everything that belongs to it', async () => {
    expect(await check('NO')).toBe('ask-for-evidence')
    expect(await rows.claim()).toMatchObject({
      ...{ Status: 'REQUEST-INFORMATION', LastUpdated: submitted },
      ...{ ReminderSent: false, DateReminderSent: null },
    })
    expect(await rows.visitor()).toMatchObject({
      DWPBenefitCheckerResult: 'NO',
      DWPCheck: 'REQUEST-INFORMATION',
    })
    const created = expect.stringMatching(/^2024-03-13 11:3/)
    expect(await rows.documents()).toEqual([
      expect.objectContaining({
        ...{ ...keys, ClaimDocumentId: -1, ClaimId: claim.claimId, ClaimExpenseId: null, Filepath: null },
        ...{ DocumentType: 'jobseekers-allowance', DocumentStatus: 'upload-later' },
        ...{ DateSubmitted: created, IsEnabled: true },
      }),
    ])
    expect(await rows.events()).toEqual([
      expect.objectContaining({
        ...{ ...keys, ClaimId: claim.claimId, DateAdded: created, Event: 'CLAIM-REQUEST-INFORMATION' },
        Note: 'We have not been able to verify your benefit status. Please upload evidence of the benefit you receive',
        ...{ Caseworker: 'System Message', IsInternal: false, AdditionalData: null, ClaimDocumentId: null },
      }),
    ])
    expect(await rows.tasks()).toEqual([
      expect.objectContaining({
        ...{ ...keys, ClaimId: claim.claimId, Task: 'DWP-FAILED-NOTIFICATION', Status: 'PENDING' },
        AdditionalData: visitor.EmailAddress,
      }),
    ])
    expect(published.map(({ subject }) => subject)).toEqual(['notifications.benefit-check-failed'])
  })

  it('counts down from the lowest document there is', async () => {
    const other = { ...claim, claimId: 21081 }
    await connection.db.insertInto('IntSchema.Claim').values(claimRow(other.claimId)).execute()
    const document = { ...keys, ClaimId: other.claimId, DocumentType: 'RECEIPT', DocumentStatus: 'uploaded' }
    for (const ClaimDocumentId of [82161, -7]) {
      await connection.db
        .insertInto('IntSchema.ClaimDocument')
        .values({ ...document, ClaimDocumentId })
        .execute()
    }
    await check('NO')
    await check('UNDETERMINED', other)
    expect((await rows.documents()).map((row) => row.ClaimDocumentId)).toEqual([-9, -8, -7, 82161])
  })

  it('happens once while the visitor has not answered, and again when what was asked for is gone', async () => {
    await check('NO')
    expect(await check('DECEASED')).toBe('keep-waiting')
    expect(await rows.visitor()).toMatchObject({
      DWPBenefitCheckerResult: 'DECEASED',
      DWPCheck: 'REQUEST-INFORMATION',
    })
    expect([(await rows.documents()).length, (await rows.events()).length, published.length]).toEqual([
      1, 1, 1,
    ])
    await connection.db.updateTable('IntSchema.ClaimDocument').set({ IsEnabled: false }).execute()
    expect(await check('NO')).toBe('ask-for-evidence')
    expect(await rows.documents()).toHaveLength(2)
  })

  it('counts what the eligibility has still to show, and no other claim', async () => {
    await setStatus('REQUEST-INFORMATION')
    const benefit = { DocumentType: 'Jobseekers-Allowance', DocumentStatus: 'UPLOAD-LATER', IsEnabled: true }
    const other = { ...keys, ...benefit, ClaimDocumentId: 5, ClaimId: 21081 }
    await connection.db.insertInto('IntSchema.Claim').values(claimRow(21081)).execute()
    await connection.db.insertInto('IntSchema.ClaimDocument').values(other).execute()
    expect((await found()).evidenceOutstanding).toBe(false)
    const ofNoClaim = { ...other, ClaimDocumentId: 6, ClaimId: null }
    await connection.db.insertInto('IntSchema.ClaimDocument').values(ofNoClaim).execute()
    expect(await check('NO')).toBe('keep-waiting')
    expect([(await rows.documents()).length, published]).toEqual([2, []])
  })

  it.each([{ DateApproved: submitted }, { PaymentStatus: 'PROCESSED' }])(
    'does not happen to a claim that was approved or paid meanwhile: %j',
    async (columns) => {
      const facts = await found()
      await connection.db.updateTable('IntSchema.Claim').set(columns).execute()
      const late = save('late', { claim, facts, result: 'NO', decision: decide(facts, 'NO') })
      await expect(late).rejects.toThrow('claim-changed')
      expect(await check('NO')).toBe('keep-decision')
      expect(await rows.claim()).toMatchObject({ Status: 'NEW', ReminderSent: true })
    },
  )

  it('happens once where two checks of a claim come to it at the same time', async () => {
    await setStatus('REQUEST-INFORMATION')
    const facts = await found()
    expect(await check('NO')).toBe('ask-for-evidence')
    const late = save('late', { claim, facts, result: 'NO', decision: decide(facts, 'NO') })
    await expect(late).rejects.toThrow('claim-changed')
    expect([(await rows.documents()).length, published.length]).toEqual([1, 1])
  })

  it('does not call the visitor unchecked again whose claim was decided while it was asked', async () => {
    await check('NO')
    const facts = await found()
    await setStatus('APPROVED')
    await connection.db.updateTable('IntSchema.Visitor').set({ DWPCheck: 'APPROVED' }).execute()
    const decision = decide(facts, 'NO')
    const late = save('late', { claim, facts, result: 'NO', decision })
    expect(decision.kind).toBe('keep-waiting')
    await expect(late).rejects.toThrow('claim-changed')
    expect((await rows.visitor()).DWPCheck).toBe('APPROVED')
  })

  it('does not happen over the head of a caseworker who was faster', async () => {
    const facts = await found()
    await setStatus('APPROVED')
    const late = save('late', { claim, facts, result: 'NO', decision: decide(facts, 'NO') })
    await expect(late).rejects.toThrow('claim-changed')
    expect((await rows.visitor()).DWPBenefitCheckerResult).toBeNull()
    expect(await check('NO')).toBe('keep-decision')
    expect((await rows.claim()).Status).toBe('APPROVED')
    expect(await rows.visitor()).toMatchObject({ DWPBenefitCheckerResult: 'NO', DWPCheck: 'APPROVED' })
    expect([await rows.documents(), await rows.events(), published]).toEqual([[], [], []])
  })
})

describe('going on to approval', () => {
  it('writes the result, clears the check and changes nothing else', async () => {
    const before = await rows.claim()
    expect(await check('YES')).toBe('go-on-to-approval')
    expect(await rows.visitor()).toMatchObject({ DWPBenefitCheckerResult: 'YES', DWPCheck: null })
    expect([await rows.claim(), await rows.documents(), await rows.tasks()]).toEqual([before, [], []])
    expect(published).toEqual([expect.objectContaining({ subject: 'claims.approval-due', body: claim })])
  })
})
