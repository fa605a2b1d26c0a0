import { describe, expect, it } from 'vitest'
import { whyForeign } from './file-places.rules.js'

const paymentFile = 'apvs-payments-20240311000501.txt'
const manifest = 'payment-runs/20240311000501.json'

describe('a row of documents', () => {
  it.each([
    'K0001RW/20010/hc2.png',
    `K0001RW/20010/${paymentFile}`,
    'K0001RW/payment-runs/1.json',
    'apvs.png',
    '100%.png',
    '..',
    '',
  ])('may name its file: %j', (path) => expect(whyForeign('documents', path)).toBeUndefined())

  it.each([
    ...[paymentFile, manifest, 'apvu-apvs-payments-20240311000501.txt', 'apvs-adi-journal-x.xlsm'],
    ...[`./${paymentFile}`, `/${paymentFile}`, `.//./${paymentFile}`, `K0001RW/../${paymentFile}`],
    ...[`../documents/../${paymentFile}`, `.\\${paymentFile}`, `K0001RW\\..\\${paymentFile}`],
    ...[paymentFile.toUpperCase(), 'Payment-Runs/20240311000501.json', `K0001RW/./../${manifest}`],
    ...[`%2e/${paymentFile}`, `K0001RW%2F..%2F${paymentFile}`, `K0001RW%252F..%252F${paymentFile}`],
    ...[` ${paymentFile}`, `${paymentFile} `, `\u200b${paymentFile}`, `${paymentFile}\u0000`],
    ...['ａｐｖｓ-payments-20240311000501.txt', 'payment-runs//20240311000501.json'],
  ])('may not name one of the payments: %j', (path) =>
    expect(whyForeign('documents', path)).toBe('file-of-payments'),
  )
})

describe('a row of payment files', () => {
  it.each([paymentFile, 'apvs-payments-file-1.txt', 'apvu-apvs-payments-1.txt', 'apvs-adi-journal-1.xlsm'])(
    'may name its file: %s',
    (path) => expect(whyForeign('payment-files', path)).toBeUndefined(),
  )

  it.each([
    ...['K0001RW/20010/hc2.png', 'hc2.png', `K0001RW/20010/${paymentFile}`, `./${paymentFile}`],
    ...[paymentFile.toUpperCase(), `apvs-payments-/../../K0001RW/hc2.png`, `apvs-payments-\\..\\hc2.png`],
    ...[` ${paymentFile}`, '..', '%61pvs-payments-1.txt'],
  ])('may not name anything else: %j', (path) =>
    expect(whyForeign('payment-files', path)).toBe('file-of-documents'),
  )
})
