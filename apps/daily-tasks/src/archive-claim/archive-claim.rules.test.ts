import { describe, expect, it } from 'vitest'
import { fitInto, lackingIn, pointsElsewhere, sameRows } from './archive-claim.rules.js'
import { claimTables, type AnyRow, type ClaimRows, type ClaimTable } from './claim-tables.js'

type Some = Partial<Record<ClaimTable, readonly AnyRow[]>>
const rows = (some: Some): ClaimRows =>
  ({ ...Object.fromEntries(claimTables.map((table) => [table, []])), ...some }) as ClaimRows

const eligibility = { EligibilityId: 1, Reference: 'ABC1234', Status: 'NEW' }
const claim = { ClaimId: 2, EligibilityId: 1, Reference: 'ABC1234', Status: 'APPROVED', PaymentAmount: 20.5 }
const document = (ClaimDocumentId: number, columns: AnyRow = {}) => ({
  ...{ ClaimDocumentId, ClaimId: 2, ClaimExpenseId: null, DocumentType: 'RECEIPT', IsEnabled: true },
  ...columns,
})
const event = (ClaimEventId: number, columns: AnyRow = {}) => ({
  ...{ ClaimEventId, ClaimId: 2, Event: 'MESSAGE', Note: 'a', ClaimDocumentId: null },
  ...columns,
})
const without = (key: string, row: AnyRow) =>
  Object.fromEntries(Object.entries(row).filter(([column]) => column !== key))
const unnumbered = (row: AnyRow) => without('ClaimEventId', row)
const lacking = (archived: Some, here: Some, free = -1) => lackingIn(rows(archived), rows(here), free)

describe('what the archive lacks', () => {
  it('is everything at first, parents before children, without the keys it numbers itself', () => {
    const here = {
      'IntSchema.TopUp': [{ TopUpId: 5, ClaimId: 2 }],
      'IntSchema.ClaimEvent': [event(7)],
      'IntSchema.Claim': [claim],
      'IntSchema.Eligibility': [eligibility],
    }
    expect(lacking({}, here)).toEqual([
      { table: 'IntSchema.Eligibility', insert: [eligibility], update: [] },
      { table: 'IntSchema.Claim', insert: [claim], update: [] },
      { table: 'IntSchema.ClaimEvent', insert: [unnumbered(event(7))], update: [] },
      { table: 'IntSchema.TopUp', insert: [{ ClaimId: 2 }], update: [] },
    ])
  })

  it('is nothing where every row is there, whatever the order of its columns and its numbers', () => {
    const [Event, Note] = ['MESSAGE', 'a']
    const there = { ClaimDocumentId: null, Note, Event, ClaimId: 2, ClaimEventId: 1_001 }
    expect(
      lacking(
        { 'IntSchema.Claim': [claim], 'IntSchema.ClaimEvent': [there] },
        { 'IntSchema.Claim': [claim], 'IntSchema.ClaimEvent': [event(7)] },
      ),
    ).toEqual([])
  })

  it('brings the rows of the claim up to date, and leaves those of the eligibility', () => {
    const older = {
      'IntSchema.Eligibility': [{ ...eligibility, Status: 'OLD' }],
      'IntSchema.Claim': [{ ...claim, Status: 'NEW' }],
      'IntSchema.ClaimDocument': [document(9, { IsEnabled: false })],
    }
    const here = {
      'IntSchema.Eligibility': [eligibility],
      'IntSchema.Claim': [claim],
      'IntSchema.ClaimDocument': [document(9)],
    }
    expect(lacking(older, here)).toEqual([
      { table: 'IntSchema.Claim', insert: [], update: [claim] },
      { table: 'IntSchema.ClaimDocument', insert: [], update: [document(9)] },
    ])
  })

  it('counts rows of the same content: each is there as often as it occurs', () => {
    const [once, twice] = [[event(1)], [event(1), event(2)]]
    const missing = (archived: AnyRow[], here: AnyRow[]) =>
      lacking({ 'IntSchema.ClaimEvent': archived }, { 'IntSchema.ClaimEvent': here })[0]?.insert
    expect(missing(once, twice)).toEqual([unnumbered(event(2))])
    expect(missing(twice, twice)).toBeUndefined()
    expect(missing(twice, once)).toBeUndefined()
    expect(missing(once, [event(1, { Note: null })])).toEqual([unnumbered(event(1, { Note: null }))])
    expect(missing([], twice)).toHaveLength(2)
  })

  it('gives documents with negative ids the next ones of the archive, and their events too', () => {
    const here = {
      'IntSchema.ClaimDocument': [document(-1), document(-2, { DocumentType: 'hc2' }), document(9)],
      'IntSchema.ClaimEvent': [
        event(1, { ClaimDocumentId: -1 }),
        event(2, { ClaimDocumentId: -2 }),
        event(3, { ClaimDocumentId: 9 }),
        event(4),
      ],
    }
    const [documents, events] = lacking({}, here, -8)
    expect(documents?.insert).toEqual([document(-8), document(-9, { DocumentType: 'hc2' }), document(9)])
    expect(events?.insert.map((row) => row.ClaimDocumentId)).toEqual([-8, -9, 9, null])
  })

  it('knows documents with negative ids by their content, and compares their events by that', () => {
    const archived = {
      'IntSchema.ClaimDocument': [document(-7), document(-5)],
      'IntSchema.ClaimEvent': [event(70, { ClaimDocumentId: -5 }), event(71, { ClaimDocumentId: -7 })],
    }
    const here = {
      'IntSchema.ClaimDocument': [document(-3), document(-2), document(-1)],
      'IntSchema.ClaimEvent': [event(1, { ClaimDocumentId: -3 }), event(2, { ClaimDocumentId: -1 })],
    }
    expect(lacking(archived, here, -20)).toEqual([
      { table: 'IntSchema.ClaimDocument', insert: [document(-20)], update: [] },
      {
        table: 'IntSchema.ClaimEvent',
        insert: [unnumbered(event(2, { ClaimDocumentId: -20 }))],
        update: [],
      },
    ])
  })
})

describe('two reads of a claim', () => {
  const one = rows({ 'IntSchema.Claim': [claim], 'IntSchema.ClaimEvent': [event(1), event(2)] })

  it('are the same where every row of every table is', () => {
    expect(sameRows(one, { ...one })).toBe(true)
  })

  it.each<[string, Some]>([
    ['a row more', { 'IntSchema.ClaimEvent': [event(1), event(2), event(3)] }],
    ['a row less', { 'IntSchema.ClaimEvent': [event(1)] }],
    ['another row', { 'IntSchema.ClaimEvent': [event(1), event(3)] }],
    ['another value', { 'IntSchema.Claim': [{ ...claim, PaymentAmount: 20.51 }] }],
    ['a value that is gone', { 'IntSchema.Claim': [{ ...claim, PaymentAmount: null }] }],
  ])('differ by %s', (_, some) => {
    expect(sameRows(one, { ...one, ...some } as ClaimRows)).toBe(false)
  })
})

describe('a claim whose rows point at those of another claim', () => {
  const expense = { ClaimExpenseId: 4 }

  it.each<[string, boolean, Some]>([
    ['none', false, { 'IntSchema.ClaimEvent': [event(1)], 'IntSchema.ClaimDocument': [document(9)] }],
    [
      'its own',
      false,
      {
        'IntSchema.ClaimExpense': [expense],
        'IntSchema.ClaimDocument': [document(9, expense)],
        'IntSchema.ClaimEvent': [event(1, { ClaimDocumentId: 9 })],
      },
    ],
    ["another one's document", true, { 'IntSchema.ClaimEvent': [event(1, { ClaimDocumentId: 9 })] }],
    ["another one's expense", true, { 'IntSchema.ClaimDocument': [document(9, expense)] }],
  ])('%s', (_, expected, some) => {
    expect(pointsElsewhere(rows(some))).toBe(expected)
  })
})

describe('what fits into the archive', () => {
  const there = ['ClaimId', 'Status'].map((column) => ({ table: 'IntSchema.Claim', column }))
  const fit = (row: AnyRow) =>
    fitInto(there, rows({ 'IntSchema.Claim': [{ ClaimId: 2, Status: 'NEW', ...row }] }))

  it.each<[string, AnyRow, readonly string[]]>([
    ['what it has', {}, []],
    ['a column that it lacks, without a value', { Colour: null }, []],
    ['a column that it lacks, with a value', { Colour: 'red' }, ['Colour']],
    [
      'a value that is nought or nothing to read',
      { Flag: false, Count: 0, Text: '' },
      ['Flag', 'Count', 'Text'],
    ],
  ])('%s', (_, row, homeless) => {
    const found = fit(row)
    expect(found.homeless).toEqual(homeless.map((column) => ({ table: 'IntSchema.Claim', column })))
    expect(found.fitting['IntSchema.Claim']).toEqual([{ ClaimId: 2, Status: 'NEW' }])
  })

  it('is everything of a table of which nothing is known', () => {
    const here = rows({ 'IntSchema.Benefit': [{ BenefitId: 1, Colour: 'red' }] })
    expect(fitInto(there, here)).toEqual({ fitting: here, homeless: [] })
  })
})
