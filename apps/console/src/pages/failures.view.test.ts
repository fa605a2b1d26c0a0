import { expect, it } from 'vitest'
import { mayReaddress } from './failures.view.js'

it.each([
  ['send-email', 'notify-address-none', true],
  ['send-email', 'notify-400-address', true],
  ['send-email', 'notify-400', true],
  ['send-email', 'notify-400-template', false],
  ['send-notification', 'recipient-missing', true],
  ['send-notification', 'recipient-malformed', true],
  ['send-notification', 'notify-400-address', true],
  ['send-notification', 'template-unknown', false],
  ['recover-reference', 'notify-400-address', false],
  ['complete-claim', 'claim-missing', false],
])('a letter of %s that was given up for %s may go to the visitor: %s', (consumer, reason, may) => {
  expect(mayReaddress({ consumer, reason })).toBe(may)
})
