import { describe, expect, it } from '@jest/globals'
import { endpointAddress } from './endpoint-input.js'

describe('the address of an endpoint', () => {
  it.each(['https://example.org/hwpv', 'https://example.org:8443/?a=b', 'http://127.0.0.1:8080/'])(
    'is taken: %s',
    (address) => {
      expect(endpointAddress.safeParse(address).success).toBe(true)
    },
  )

  it.each([
    ...[
      '',
      'example.org',
      'https://',
      'https://example.org:99999/',
      'http://example.org/',
      'ftp://example.org/',
    ],
    ...['https://somebody:secret@example.org/', 'https://example.org/#part', 'https://example.org/a b'],
    ...['http://localhost.:8080/', `https://example.org/${'a'.repeat(500)}`],
  ])('is refused, and nothing thrown: %s', (address) => {
    expect(endpointAddress.safeParse(address).success).toBe(false)
  })
})
