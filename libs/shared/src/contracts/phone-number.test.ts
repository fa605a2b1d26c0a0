import { expect, it } from 'vitest'
import { kindOfNumber } from './phone-number.js'

it.each([
  ['07700 900123', 'uk'],
  ['7700900123', 'uk'],
  ['+44 (0)7700 900-123', 'uk'],
  ['0044 7700 900123', 'uk'],
  ['447700900123', 'uk'],
  ['+7 495 123-45-67', 'international'],
  ['0033 6 12 34 56 78', 'international'],
  ['+1 (202) 555-0143', 'international'],
  ['020 7946 0000', undefined],
  ['0770090012', undefined],
  ['+44 7700 9001234', undefined],
  ['+1 234', undefined],
  ['1234567890123456', undefined],
  ['07700 90012x', undefined],
  ['', undefined],
])('%s is a number: %s', (text, kind) => {
  expect(kindOfNumber(text)).toBe(kind)
})
