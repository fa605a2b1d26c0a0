import { describe, expect, it } from 'vitest'
import { readCsv } from '#shared/documents'
import type { Payment, PaymentFile, PaymentFiles } from '../payment.js'
import { type Disagreement, whatDisagrees } from './agreement.rules.js'
import { amountField, payeeField } from './bank-file.rules.js'
import { makeJournal } from './journal.js'
import type { JournalSettings } from './journal.settings.js'
import { makeFiles } from './payment-files.js'

const settings: JournalSettings = {
  prefix: '578/APVU/',
  suffix: '/EB',
  sheet: 'WebADI',
  totalCell: 'K20',
  debitCell: 'J19',
  accountingDateCell: 'E12',
  periodCell: 'E13',
  nameCell: 'E14',
  descriptionCell: 'E15',
}
const run = { stamp: '20240313000500' }

function payment(
  kind: Payment['kind'],
  itemId: number,
  amount: number,
  given: Partial<Payment> = {},
): Payment {
  const ofNobody = { sortCode: '000000', accountNumber: '00000000', nameOnAccount: 'A', rollNumber: '' }
  return { kind, itemId, amount, claimId: itemId, reference: 'REF', country: '', ...ofNobody, ...given }
}
const textOf = ({ bytes }: PaymentFile) => Buffer.from(bytes).toString()
const texts = (payments: readonly Payment[]) => {
  const { bank, unit } = makeFiles(payments, run, settings)
  return { bank: textOf(bank), unit: textOf(unit) }
}
const noTotals = 'England,0.00\nNorthern Ireland,0.00\nWales,0.00\nScotland,0.00\n'

/** As in `test/examples`: claims from four countries, deductions, top-ups. */
const beatrix = { sortCode: '772534', accountNumber: '82438456', nameOnAccount: 'Beatrix Penhallick' }
const bernadette = {
  sortCode: '776981',
  accountNumber: '83216223',
  nameOnAccount: 'Bernadette Van der Moorne',
}
const example: readonly Payment[] = [
  payment('top-up', 5972, 250, { ...bernadette, reference: 'YNBEQRS', country: 'Scotland' }),
  payment('top-up', 5961, 750, { ...beatrix, reference: 'F3BXL7T', country: 'England' }),
  payment('claim', 25550, 1_000, {
    ...{ sortCode: '768087', accountNumber: '81660689', nameOnAccount: 'Chloé Kowalczuk' },
    ...{ reference: 'W7AWFKH', country: 'Northern Ireland' },
  }),
  payment('claim', 25530, 11_230, {
    ...{ sortCode: '759193', accountNumber: '80105155', nameOnAccount: 'Marek Eastwick' },
    ...{ rollNumber: 'ROLL-0042/B', reference: 'U9EHJXW', country: 'Scotland' },
  }),
  payment('claim', 25540, 1_705, {
    ...{ sortCode: '763640', accountNumber: '80882922', nameOnAccount: 'Mairi Szczygieł' },
    ...{ reference: 'DUQ66UM', country: 'Wales' },
  }),
  payment('claim', 25520, 3_245, {
    ...{ sortCode: '754746', accountNumber: '79327388', nameOnAccount: 'Kateryna Müllerson' },
    ...{ reference: 'BMEMD5M', country: 'England' },
  }),
  payment('top-up', 5971, 125, { ...bernadette, reference: 'YNBEQRS', country: 'Scotland' }),
]

describe('the files of a run', () => {
  it('are those of the example', () => {
    const files = makeFiles(example, run, settings)
    expect([files.bank, files.unit, files.journal].map(({ type, path }) => [type, path])).toEqual([
      ['ACCESSPAY_FILE', 'apvs-payments-20240313000500.txt'],
      ['APVU_ACCESSPAY_FILE', 'apvu-apvs-payments-20240313000500.txt'],
      ['ADI_JOURNAL_FILE', 'apvs-adi-journal-20240313000500.xlsm'],
    ])
    expect(textOf(files.bank)).toBe(
      '754746,79327388,Kateryna Müllerso ,00000032.45,\n759193,80105155,Marek Eastwick    ,00000112.30,ROLL-0042/B\n763640,80882922,Mairi Szczygieł   ,00000017.05,\n768087,81660689,Chloé Kowalczuk   ,00000010.00,\n772534,82438456,Beatrix Penhallic ,00000007.50,\n776981,83216223,Bernadette Van de ,00000001.25,\n776981,83216223,Bernadette Van de ,00000002.50,\n',
    )
    expect(textOf(files.unit)).toBe(
      '754746,79327388,Kateryna Müllerso ,00000032.45,,BMEMD5M,England\n759193,80105155,Marek Eastwick    ,00000112.30,ROLL-0042/B,U9EHJXW,Scotland\n763640,80882922,Mairi Szczygieł   ,00000017.05,,DUQ66UM,Wales\n768087,81660689,Chloé Kowalczuk   ,00000010.00,,W7AWFKH,Northern Ireland\n772534,82438456,Beatrix Penhallic ,00000007.50,,F3BXL7T,England\n776981,83216223,Bernadette Van de ,00000001.25,,YNBEQRS,Scotland\n776981,83216223,Bernadette Van de ,00000002.50,,YNBEQRS,Scotland\n\nCountry,Total Amount\nEngland,39.95\nNorthern Ireland,10.00\nWales,17.05\nScotland,116.05\n',
    )
    expect(files.journal.bytes).toEqual(makeJournal({ total: 18_305, ...run }, settings))
    expect(whatDisagrees(files, example, settings)).toBeUndefined()
  })

  it('are the same bytes every time, in whatever order the payments come', () => {
    expect(makeFiles([...example].reverse(), run, settings)).toEqual(makeFiles(example, run, settings))
  })

  it('quote a field only when needed, after padding it', () => {
    const named = (itemId: number, nameOnAccount: string, rollNumber = '') =>
      payment('claim', itemId, itemId, { nameOnAccount, rollNumber })
    const payments = [
      named(1, 'Vane, Ottilie', '1,2'),
      named(2, 'Ann "Nan" Oakes'),
      named(3, `O'Neil; J-P  & Sons`),
      named(4, 'A\nB'),
      named(5, 'A\rB'),
      named(6, ' =SUM(A1)\t'),
    ]
    expect(texts(payments).bank).toBe(
      '000000,00000000,"Vane, Ottilie     ",00000000.01,"1,2"\n' +
        '000000,00000000,"Ann ""Nan"" Oakes   ",00000000.02,\n' +
        "000000,00000000,O'Neil; J-P  & So ,00000000.03,\n" +
        '000000,00000000,"A\nB               ",00000000.04,\n' +
        '000000,00000000,"A\rB               ",00000000.05,\n' +
        '000000,00000000, =SUM(A1)\t        ,00000000.06,\n',
    )
    expect(whatDisagrees(makeFiles(payments, run, settings), payments, settings)).toBeUndefined()
  })

  it('count another country and none in no total', () => {
    const countries = ['England', '', 'Jersey', 'Wales', 'england', 'England', 'Northern Ireland', 'Scotland']
    const payments = countries.map((country, place) => payment('top-up', place, 10 ** place, { country }))
    expect(texts(payments).unit.split('\n\n')[1]).toBe(
      'Country,Total Amount\nEngland,1000.01\nNorthern Ireland,10000.00\nWales,10.00\nScotland,100000.00\n',
    )
    expect(whatDisagrees(makeFiles(payments, run, settings), payments, settings)).toBeUndefined()
  })

  it('can be of nothing', () => {
    expect(texts([])).toEqual({ bank: '', unit: `\nCountry,Total Amount\n${noTotals}` })
    expect(whatDisagrees(makeFiles([], run, settings), [], settings)).toBeUndefined()
  })

  it('refuse an amount that does not fit, without telling whose', () => {
    const payments = [payment('claim', 1, 10_000_000_000)]
    expect(() => makeFiles(payments, run, settings)).toThrow(
      new RangeError('an amount does not fit the bank file'),
    )
  })
})

describe('fields of the bank file', () => {
  it.each([
    [1, '00000000.01'],
    [10, '00000000.10'],
    [100, '00000001.00'],
    [1_234, '00000012.34'],
    [9_999_999_999, '99999999.99'],
  ])('%d pence are %s', (amount, field) => expect(amountField(amount)).toBe(field))

  it.each([0, -1, 1.5, Number.NaN, Infinity, 10_000_000_000])('no field holds %d pence', (amount) => {
    expect(() => amountField(amount)).toThrow(RangeError)
  })

  it.each([
    ['', '                  '],
    ['Bo Vi', 'Bo Vi             '],
    ['Sixteen Letters!', 'Sixteen Letters!  '],
    ['Seventeen Letters', 'Seventeen Letters '],
    ['Eighteen Letters!!', 'Eighteen Letters! '],
    ['Zoë Łukasz-Ångström', 'Zoë Łukasz-Ångstr '],
    ['Sixteen Letters!😀b', 'Sixteen Letters!😀 '],
    ['😀'.repeat(18), `${'😀'.repeat(17)} `],
  ])('the payee %j is %j', (name, field) => expect(payeeField(name)).toBe(field))
})

describe('reading a file back', () => {
  it('takes quoted fields, empty ones and empty lines', () => {
    const read = [...readCsv('a,"b ""c"", d",\n\n,\n"x\r\ny"\n')]
    expect(read).toEqual([['a', 'b "c", d', ''], [''], ['', ''], ['x\r\ny']])
    expect(() => [...readCsv('a,b"c\n')]).toThrow('a line is not comma-separated values')
  })
})

type Replacer = (found: string, part: string) => string

describe('the agreement of the files with the payments', () => {
  const files = makeFiles(example, run, settings)
  const changed = (name: 'bank' | 'unit', from: string | RegExp, to: string | Replacer): PaymentFiles => {
    const text = textOf(files[name])
    const other = typeof to === 'string' ? text.replace(from, to) : text.replace(from, to)
    expect(other).not.toBe(text)
    return { ...files, [name]: { ...files[name], bytes: Buffer.from(other) } }
  }
  const journal = (total: number, debit: number): PaymentFiles => {
    const template = makeJournal({ total: debit, ...run }, settings)
    const bytes = makeJournal({ total, ...run }, { ...settings, debitCell: 'A1' }, template)
    return { ...files, journal: { ...files.journal, bytes } }
  }
  const firstLine = /^[^\n]*\n/

  it.each<[string, Disagreement, PaymentFiles]>([
    ['a line is missing', 'bank-file-lines', changed('bank', firstLine, '')],
    ['a line is there twice', 'bank-file-lines', changed('bank', firstLine, '$&$&')],
    ['the bank file goes on after an empty line', 'bank-file-lines', changed('bank', /$/, '\nX\n')],
    ['an amount is a penny more', 'bank-file-total', changed('bank', '32.45', '32.46')],
    ['an amount is no number', 'bank-file-total', changed('bank', '32.45', '32,45')],
    [
      'a pound goes to somebody else',
      'bank-file-amounts',
      changed('bank', /32\.45([^]*)112\.30/, (_, between: string) => `31.45${between}113.30`),
    ],
    ['an account is another', 'bank-file-accounts', changed('bank', '79327388', '79327389')],
    ['a line of the unit is missing', 'unit-file-lines', changed('unit', firstLine, '')],
    ['an amount of the unit is a penny less', 'unit-file-total', changed('unit', '32.45', '32.44')],
    ['an account of the unit is another', 'unit-file-accounts', changed('unit', '754746', '754747')],
    [
      'a pound of the unit goes to somebody else',
      'unit-file-amounts',
      changed('unit', /32\.45([^]*)112\.30/, (_, between: string) => `31.45${between}113.30`),
    ],
    ['two lines are exchanged', 'bank-file-accounts', changed('bank', /^([^\n]*\n)([^\n]*\n)/, '$2$1')],
    ['a reference is another', 'unit-file-references', changed('unit', 'BMEMD5M', 'BMEMD5N')],
    ['a country is another', 'country-totals', changed('unit', ',England', ',Wales')],
    ['a country is none', 'country-totals', changed('unit', ',England', ',')],
    ['a country total is a penny more', 'country-totals', changed('unit', '39.95', '39.96')],
    ['a country total is missing', 'country-totals', changed('unit', 'Wales,17.05\n', '')],
    [
      'the countries are in another order',
      'country-totals',
      changed('unit', /(Wales,17.05\n)([^]*)/, '$2$1'),
    ],
    ['the totals have another heading', 'country-totals', changed('unit', 'Total Amount', 'Total')],
    ['the journal is a penny more', 'journal-total', journal(18_306, 18_305)],
    ['the journal has another debit', 'journal-debit', journal(18_305, 18_304)],
  ])('is told when %s: %s', (_, expected, files) => {
    expect(whatDisagrees(files, example, settings)).toBe(expected)
  })

  it('is told of a payment too many', () => {
    expect(whatDisagrees(files, [...example, payment('claim', 1, 1)], settings)).toBe('bank-file-lines')
  })

  it('holds for 100,000 payments, in little time', () => {
    const countries = ['England', 'Northern Ireland', 'Wales', 'Scotland', '']
    const many = Array.from({ length: 100_000 }, (_, place) =>
      payment(place % 10 === 0 ? 'top-up' : 'claim', 100_000 - place, 1 + ((place * 7_919) % 30_000), {
        sortCode: String(100_000 + (place % 900_000)),
        accountNumber: String(10_000_000 + place * 17),
        nameOnAccount: `Zoë "Zo" Åkerlund, ${place}`,
        reference: place.toString(36).toUpperCase().padStart(7, 'A'),
        country: countries[place % 5] ?? '',
      }),
    )
    const files = makeFiles(many, run, settings)
    expect(textOf(files.bank).split('\n').length).toBe(100_001)
    expect(whatDisagrees(files, many, settings)).toBeUndefined()
  })
})
