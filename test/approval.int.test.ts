import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scheduleMessageId, streams, subjects } from '#shared/contracts'
import { BareClient } from './support/bare-client.js'
import {
  approvedCases,
  approvedWithDisabledRows,
  approves,
  emptyLimitsCases,
  isNotConsidered,
  longNoteCase,
  otherCases,
  ownLimitsCases,
} from './support/cases/approval.cases.js'
import { ruleCases } from './support/cases/approval-rules.cases.js'
import {
  emailsFor,
  emailsSent,
  foundRows,
  handled,
  inFull,
  rowsNow,
  runAgain,
  strayRows,
  submit,
  type ClaimCase,
} from './support/claim-cases.js'
import { approved, emailOf, parked } from './support/claim-ends.js'
import { checkableClaim, claimIds, ofClaim, rowId } from './support/claim-rows.js'
import { edit, remove, set, type Row } from './support/row-sets.js'
import { readRows, type Rows } from './support/rows.js'
import { System } from './support/system.js'

let system: System
let client: BareClient

beforeAll(async () => {
  // A Wednesday in office hours.
  system = await System.start({ clock: '2024-03-13 11:30:00' })
  client = await BareClient.connect(system.nats.url)
}, 180_000)

afterAll(async () => {
  await client.close()
  await system.stop()
})

async function run(...given: readonly Rows[]): Promise<void> {
  await submit(system, ...given)
  await system.settled(60_000)
}

const endsAsExpected = async ({ given, expected }: Pick<ClaimCase, 'given' | 'expected'>) =>
  expect(await foundRows(system, given)).toEqual(inFull(expected))

describe('automatic approval in office hours', () => {
  const cases = [...ruleCases, ...approvedCases, ...otherCases, longNoteCase]

  beforeAll(() => run(...cases.map(({ given }) => given)))

  it.each(ruleCases)('fails by one rule: $about', endsAsExpected)
  it.each(approvedCases)('approves a claim $about', endsAsExpected)
  it.each(otherCases)('leaves to caseworkers: $about', endsAsExpected)

  it('cuts a note that is longer than its column', async () => {
    await endsAsExpected(longNoteCase)
    const { 'IntSchema.ClaimEvent': events } = await rowsNow(system, longNoteCase.given)
    const note = String(events?.[0]?.Note)
    expect(note).toHaveLength(2000)
    expect(note.endsWith('…')).toBe(true)
  })

  it('tells the visitor what was approved', () => {
    const { Reference } = claimIds(31)
    const calls = system.simulators.notify.calls.filter(
      ({ personalisation }) => personalisation.reference === Reference,
    )
    expect(calls).toMatchObject([{ email_address: emailOf(approvedWithDisabledRows.given) }])
    expect(calls[0]?.personalisation).toEqual({
      first_name: 'Chloé',
      reference: Reference,
      start_town: 'Glasbrae',
      prison: 'Altcourse',
      caseworker_note: '',
      account_last_four_digits: '0031',
      approved_amount: '£524.50',
      claim_details: [
        'Your claim details',
        ...['\r\n', 'Train journey - Glasbrae to altcourse  - Return', 'Claimed: £20.00', 'Approved: £20.00'],
        ...['\r\n', 'Bus journey - Glasbrae to altcourse  - Return', 'Claimed: £4.50', 'Approved: £4.50'],
        ...['\r\n', 'Ferry -  to  ', 'Claimed: £500.00', 'Approved: £500.00'],
        ...['\r\n', '\r\n'],
      ].join('\r\n'),
    })
  })

  it('leaves nothing in any table that is nobody’s', async () => {
    const claimants = cases.map(({ given }) => given)
    expect(await strayRows(system, {}, claimants)).toEqual({})
  })
})

/** The newest enabled row holds, until the next one. */
describe('automatic approval as configured', () => {
  const configured = (k: number, columns: Row): Rows => ({
    'IntSchema.AutoApprovalConfig': [
      { AutoApprovalConfigId: k, DateCreated: `2024-03-1${k} 00:00:00`, IsEnabled: true, ...columns },
    ],
  })
  const disabled = 'Is-Claimant-Trusted , force-manual-check-after-number-of-auto-approvals,'
  const limits = {
    ...{ CostVariancePercentage: 5, MaxClaimTotal: 24, NumberOfConsecutiveAutoApprovals: 0 },
    ...{ MaxNumberOfClaimsPerYear: 1, MaxNumberOfClaimsPerMonth: 0 },
  }
  const switchedOff = isNotConsidered(56, 'switched off')

  beforeAll(async () => {
    await submit(system, configured(8, { AutoApprovalEnabled: false, IsEnabled: false }))
    await submit(system, configured(0, { AutoApprovalEnabled: false }))
    await run(configured(1, { RulesDisabled: disabled }), ...emptyLimitsCases.map(({ given }) => given))
    await run(configured(2, limits), ...ownLimitsCases.map(({ given }) => given))
    await run(configured(3, { AutoApprovalEnabled: false }), switchedOff.given)
    await system.connection.db.deleteFrom('IntSchema.AutoApprovalConfig').execute()
  })

  it.each(emptyLimitsCases)('with rules switched off and no limits: $about', endsAsExpected)
  it.each(ownLimitsCases)('with limits of its own: $about', endsAsExpected)
  it('does nothing when it is switched off', () => endsAsExpected(switchedOff))
})

describe('the daily run of approvals', () => {
  const waiting = [61, 62, 63, 64, 65, 66, 67, 68]
  const [plain, twice, rejected, byHand, asked] = [61, 62, 63, 64, 65] as const
  const [closed, paid, bankAsked] = [66, 67, 68] as const
  const claims = new Map(waiting.map((n) => [n, checkableClaim(n)]))
  const rowsOf = (n: number) => claims.get(n) ?? {}
  const id = scheduleMessageId(subjects.scheduleAutoApproval, '2024-03-14')

  async function fire(date: string): Promise<void> {
    const event = scheduleMessageId(subjects.scheduleAutoApproval, date)
    await client.publish(subjects.scheduleAutoApproval, { date }, { 'ce-id': event, 'Nats-Msg-Id': event })
    await handled(system, 'approve-waiting-claims', event)
    await system.settled()
  }

  const setStatus = (n: number, Status: string, columns = {}) =>
    system.connection.db
      .updateTable('IntSchema.Claim')
      .set({ Status, ...columns })
      .where('ClaimId', '=', claimIds(n).ClaimId)
      .execute()

  it('finds what was parked in the evening', async () => {
    system.clock.set('2024-03-13 20:00:00')
    await run(...claims.values())
    for (const n of waiting) await endsAsExpected({ given: rowsOf(n), expected: parked(n, rowsOf(n)) })
  })

  it('finds a claim once, however often its benefit was checked', async () => {
    const before = await rowsNow(system, rowsOf(plain))
    system.clock.set('2024-03-13 21:00:00')
    await runAgain(system, 'IntSchema', rowId.task(plain))
    await system.settled()
    const expected = edit(before, {
      'IntSchema.Task': set({ DateProcessed: '@now' }, { TaskId: rowId.task(plain) }),
    })
    await endsAsExpected({ given: before, expected })
  })

  it('approves what nobody has decided on meanwhile, once, and empties the queue', async () => {
    const entry = { ...ofClaim(twice), AutoApprovalId: 90_000, EmailAddress: emailOf(rowsOf(twice)) }
    await submit(system, { 'IntSchema.AutoApproval': [{ ...entry, DateAdded: '2024-03-13 20:05:00' }] })
    await setStatus(rejected, 'REJECTED')
    await setStatus(byHand, 'APPROVED')
    await setStatus(asked, 'REQUEST-INFORMATION')
    await setStatus(closed, 'APPROVED_ADVANCE_CLOSED')
    await setStatus(paid, 'UPDATED', { DateApproved: '2024-03-13 21:00:00', PaymentStatus: 'PROCESSED' })
    await setStatus(bankAsked, 'REQUEST-INFO-PAYMENT')
    const before = new Map<number, Rows>()
    for (const n of waiting) before.set(n, await rowsNow(system, rowsOf(n)))
    system.clock.set('2024-03-14 03:30:00')
    await fire('2024-03-14')
    for (const [n, given] of before) {
      const taken = edit(given, { 'IntSchema.AutoApproval': remove() })
      const isDecided = [rejected, byHand, closed, paid, bankAsked].some((decided) => decided === n)
      const expected = isDecided ? taken : approved(n, taken)
      await endsAsExpected({ given, expected })
    }
  })

  it('runs once for its date, whoever tells it again, and changes nothing on the next one', async () => {
    const before = await readRows(system.connection)
    const entry = { ...ofClaim(rejected), AutoApprovalId: 95_000, EmailAddress: 'late@example.org' }
    await submit(system, { 'IntSchema.AutoApproval': [{ ...entry, DateAdded: '2024-03-14 09:00:00' }] })
    const withEntry = await readRows(system.connection)
    await client.publish(subjects.scheduleAutoApproval, { date: '2024-03-14' }, { 'ce-id': id })
    await system.answered(streams.schedule.name)
    expect(await readRows(system.connection)).toEqual(withEntry)
    system.clock.set('2024-03-15 03:30:00')
    await fire('2024-03-15')
    expect(await readRows(system.connection)).toEqual(before)
  })
})

describe('office hours', () => {
  it.each([
    ['2024-03-15 16:50:00', 'Friday, ten to five', approves],
    ['2024-03-16 11:30:00', 'Saturday', waits],
    ['2024-03-17 11:30:00', 'Sunday', waits],
    ['2024-03-18 09:50:00', 'Monday, ten to ten', waits],
    ['2024-03-18 10:00:00', 'Monday, ten', approves],
    ['2024-03-18 17:00:00', 'Monday, five', waits],
    ['2024-07-01 10:00:00', 'ten in summer time', approves],
    ['2024-07-01 17:00:00', 'five in summer time', waits],
  ] as const)('at %s, %s', async (clock, about, ends) => {
    system.clock.set(clock)
    const claimCase = ends(nextNumber(), about)
    await run(claimCase.given)
    await endsAsExpected(claimCase)
  })
})

it('every email stands for a task that was done, and was sent once', async () => {
  expect(emailsSent(system)).toEqual(emailsFor(await readRows(system.connection)))
})

let number = 70
const nextNumber = () => ++number

/** The claim passes, and waits for the daily run. */
function waits(n: number, about: string): ClaimCase {
  const given = checkableClaim(n)
  return { about, given, expected: parked(n, given) }
}
