import { describe, expect, it } from 'vitest'
import { doesNotFit } from './does-not-fit.js'
import { actions } from './actions/index.js'

const refused = (given: object) => {
  const read = actions['change-webhook-endpoint'].input.safeParse({ name: 'reports', ...given })
  return read.success ? undefined : doesNotFit(read.error)
}
const refusedTarget = (wsdl: string) => {
  const given = { target: 'gias', wsdl, format: 'default', kinds: ['user'] }
  const read = actions['set-target'].input.safeParse(given)
  return read.success ? undefined : doesNotFit(read.error)
}

describe('an address that an operator gives', () => {
  it.each(['https://example.org/hwpv', 'https://example.org:8443/?a=b', 'http://127.0.0.1:8080/'])(
    'is taken: %s',
    (address) => expect([refused({ address }), refusedTarget(address)]).toEqual([undefined, undefined]),
  )

  it.each([
    ['must begin with https://', 'http://example.org/'],
    ['must be an address such as https://example.org/path', 'example.org'],
    ['must have no user name or password in it', 'https://somebody:secret@example.org/'],
  ])('%s: and is refused with these words, of an endpoint and of a target', (words, address) => {
    expect(refused({ address })).toBe(`address: ${words}`)
    expect(refusedTarget(address)).toBe(`wsdl: ${words}`)
  })

  it('must not be too long for its row', () => {
    const long = `https://example.org/${'a'.repeat(500)}`
    expect(refused({ address: long })).toBe('address: must have at most 500 characters')
    expect(refusedTarget(long)).toBe('wsdl: must have at most 400 characters')
  })

  it('of a private network is one of the house: a target’s, and no endpoint’s', () => {
    const address = 'https://10.0.0.7/service'
    expect(refused({ address })).toBe('address: must be of the public internet, and not of a private network')
    expect(refusedTarget(address)).toBeUndefined()
  })
})
