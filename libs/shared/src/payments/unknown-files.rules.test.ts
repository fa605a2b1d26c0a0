import { describe, expect, it } from 'vitest'
import { unknownFiles } from './unknown-files.rules.js'

const stamp = '20240311000501'
const bank = `apvs-payments-${stamp}.txt`
const unit = `apvu-apvs-payments-${stamp}.txt`
const journal = `apvs-adi-journal-${stamp}.xlsm`
const none = { paths: [], stamps: [] }

describe('the payment files that the database does not know', () => {
  it.each<[string, string[], Parameters<typeof unknownFiles>[1], string[]]>([
    ['are none where there are none', [], none, []],
    ['are each of a run that it has lost', [journal, bank, unit], none, [journal, bank, unit]],
    ['are not those of its runs', [bank, unit], { paths: [], stamps: [stamp] }, []],
    ['are not those that have rows', [bank, unit], { paths: [unit], stamps: ['20240312000501'] }, [bank]],
    [
      'are not those whose rows name a folder, or another case',
      [bank, unit],
      { paths: [`/data/payments/${bank}`, `D:\\payments\\${unit.toUpperCase()}`], stamps: [] },
      [],
    ],
    [
      'are no files of other names',
      ['apvs-payments-file-1.txt', 'apvs-payments-2024.txt', `${bank}.bak`, `old/${bank}`, 'hc2.png'],
      none,
      [],
    ],
    [
      'are not known by the name of another',
      [bank],
      { paths: [`x${bank}`, `${bank}/x`], stamps: [] },
      [bank],
    ],
  ])('%s', (_, stored, known, expected) => {
    expect(unknownFiles(stored, known)).toEqual([...expected].sort())
  })
})
