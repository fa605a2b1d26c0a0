import { describe, expect, it } from 'vitest'
import { whatGoes, type Belongings } from './clean-up-external-data.rules.js'

describe('what goes', () => {
  const eligibility = (eligibilityId: number) => ({ reference: `R${eligibilityId}`, eligibilityId })
  const claim = (eligibilityId: number, claimId: number) => ({ ...eligibility(eligibilityId), claimId })
  const document = (documentId: number, eligibilityId: number, claimId: number | null) => ({
    ...eligibility(eligibilityId),
    ...{ documentId, claimId, path: 'x' },
  })
  const belongings: Belongings = {
    claims: [claim(1, 11), claim(1, 12), claim(2, 21)],
    documents: [
      document(1, 1, 11),
      document(2, 1, 12),
      document(3, 1, null),
      document(4, 2, null),
      document(5, 2, 99),
    ],
    handOvers: [],
  }
  const page = [eligibility(1), eligibility(2)]
  const ids = (due: readonly number[], handOvers: Belongings['handOvers'] = []) => {
    const isDue = ({ claimId }: { claimId: number }) => due.includes(claimId)
    const going = whatGoes(page, isDue, { ...belongings, handOvers })
    return [
      going.eligibilities.map(({ eligibilityId }) => eligibilityId),
      going.claims.map(({ claimId }) => claimId),
      going.documents.map(({ documentId }) => documentId),
    ]
  }

  it('is everything when every claim is due, but for documents of other claims', () => {
    expect(ids([11, 12, 21])).toEqual([
      [1, 2],
      [11, 12, 21],
      [1, 2, 3, 4],
    ])
  })
  it('leaves an eligibility and its documents to the claim that is not due', () => {
    expect(ids([11])).toEqual([[], [11], [1]])
    expect(ids([11, 21])).toEqual([[2], [11, 21], [1, 4]])
  })
  it('leaves a claim that is handed over, and its eligibility', () => {
    expect(ids([11, 12, 21], [{ eligibilityId: null, claimId: 12 }])).toEqual([[2], [11, 21], [1, 4]])
  })
  it('leaves everything of an eligibility that is handed over', () => {
    expect(ids([11, 12, 21], [{ eligibilityId: 1, claimId: 5 }])).toEqual([[2], [21], [4]])
  })
})
