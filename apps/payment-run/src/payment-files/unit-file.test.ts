import { describe, expect, it } from 'vitest'
import { readCsv } from '#shared/documents'
import type { Payment } from '../payment.js'
import { whatDisagrees } from './agreement.rules.js'
import { payeeField } from './bank-file.rules.js'
import type { JournalSettings } from './journal.settings.js'
import { makeFiles } from './payment-files.js'

const cells = { totalCell: 'K20', debitCell: 'J19', accountingDateCell: 'E12', periodCell: 'E13' }
const settings: JournalSettings = {
  ...{ prefix: '', suffix: '', sheet: 'WebADI', ...cells, nameCell: 'E14', descriptionCell: 'E15' },
}
const run = { stamp: '20240313000500' }

const payment = (
  kind: Payment['kind'],
  itemId: number,
  amount: number,
  given: Partial<Payment>,
): Payment => ({
  ...{ kind, itemId, amount, claimId: itemId, reference: 'REF', country: '', rollNumber: '' },
  ...{ sortCode: '000000', accountNumber: '00000000', nameOnAccount: 'A', ...given },
})
const textOf = ({ bytes }: { readonly bytes: Uint8Array }) => Buffer.from(bytes).toString()

describe('the file that people open', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\u00a0=1', '＝1', '\r1'])(
    'shows the text %j as one, and the bank what it is',
    (text) => {
      const payments = [
        payment('claim', 1, 1, { nameOnAccount: text, rollNumber: text, reference: text, country: text }),
        payment('claim', 2, 1, {
          nameOnAccount: 'A=1',
          rollNumber: '1-2',
          reference: 'R@',
          country: 'Wales',
        }),
      ]
      const made = makeFiles(payments, run, settings)
      const [bank, unit] = [made.bank, made.unit].map((file) => [...readCsv(textOf(file))])
      expect(bank?.map((fields) => fields.slice(2))).toEqual([
        [payeeField(text), '00000000.01', text],
        [payeeField('A=1'), '00000000.01', '1-2'],
      ])
      expect(unit?.slice(0, 2).map((fields) => fields.slice(2))).toEqual([
        [payeeField(`'${text}`), '00000000.01', `'${text}`, `'${text}`, `'${text}`],
        [payeeField('A=1'), '00000000.01', '1-2', 'R@', 'Wales'],
      ])
      expect(whatDisagrees(made, payments, settings)).toBeUndefined()
    },
  )
})
