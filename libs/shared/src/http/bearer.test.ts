import { describe, expect, it } from 'vitest'
import { bearerTokens, isBearer } from './bearer.js'

describe('bearer tokens', () => {
  const read = (text: string) => bearerTokens({}).safeParse(text).data

  it('are one, or two while it is changed', () => {
    expect(read('first-token')).toEqual(['first-token'])
    expect(read('first-token, second-token')).toEqual(['first-token', 'second-token'])
  })

  it.each([
    'short',
    'first-token,',
    'first-token,short',
    'first token',
    'first-token,second-token,third-token',
  ])('are not what could be guessed or never be given: %s', (text) => expect(read(text)).toBeUndefined())

  it('open to each of them, and to nothing else', () => {
    const open = (given?: string) => isBearer(given, ['first-token', 'second-token'])
    expect(['Bearer first-token', 'bearer second-token'].map(open)).toEqual([true, true])
    const others = [
      undefined,
      '',
      'Bearer ',
      'Bearer first-toke',
      'Basic first-token',
      'Bearer first-token,second-token',
    ]
    expect(others.map(open)).toEqual(others.map(() => false))
    expect(isBearer('Bearer ', [])).toBe(false)
  })
})
