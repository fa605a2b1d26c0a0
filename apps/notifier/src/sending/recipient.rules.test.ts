import { expect, it } from 'vitest'
import { isAddress } from './recipient.rules.js'

it.each([
  ['zoe@example.org', true],
  [' zoe@example ', true],
  ['zoe', false],
  ['a@b@c', false],
  ['07700 900123', false],
])('%s is an address: %s', (text, is) => {
  expect(isAddress(text)).toBe(is)
})
