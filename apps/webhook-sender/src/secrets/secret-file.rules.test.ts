import { describe, expect, it } from 'vitest'
import { readSecrets } from './secret-file.rules.js'

const signing = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const token = 'a-secret-that-an-old-receiver-knows'

describe('the file of secrets', () => {
  it('has each by its name, with that of the bearer token where there is one', () => {
    const read = readSecrets(JSON.stringify({ statistics: signing, 'old.receiver': { signing, token } }))
    expect([...read].map(([name, { signing: key, token: bearer }]) => [name, key.length, bearer])).toEqual([
      ['statistics', 24, undefined],
      ['old.receiver', 24, Buffer.from(token)],
    ])
  })

  it.each([
    ['no json', 'no JSON'],
    ['[]', 'the whole'],
    [{ statistics: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, 'statistics'],
    [{ statistics: 'whsec_c2hvcnQ=' }, 'statistics'],
    [{ statistics: signing, 'Two Words': signing }, 'its name number 2'],
    [{ [signing]: 'statistics' }, 'its name number 1'],
    [{ [token]: signing, statistics: 7 }, 'malformed at statistics'],
    [{ statistics: signing, [token]: 7 }, 'its name number 2'],
    [{ statistics: { signing, token: 'short' } }, 'statistics'],
  ])('is refused, and says where it is wrong and not what is there: %j', (content, where) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    expect(() => readSecrets(text)).toThrow(where)
    expect(() => readSecrets(text)).not.toThrow(/MfKQ|c2hv|short|Two|old-receiver/)
  })
})
