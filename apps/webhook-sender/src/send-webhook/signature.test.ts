import { describe, expect, it } from 'vitest'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { Webhook } from 'standardwebhooks'
import { bearerToken, signatureHeaders } from './signature.js'

const keys = ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'c2Vjb25kLXNlY3JldC1vZi10d2VudHktZm91cg==']
const secrets = keys.map((key) => ({ signing: Buffer.from(key, 'base64'), token: undefined }))
const body = '{"type":"claim.paid","data":{"reference":"ABC1234"}}'
const id = 'evt_0123456789abcdef'
/** The library asks the machine's clock. */
const sign = (secondsAgo = 0, by = secrets) =>
  signatureHeaders({ id, at: new Date(Date.now() - secondsAgo * 1_000), body }, by)
const verify = (headers: Readonly<Record<string, string>>, text = body, key = keys[0] ?? '') =>
  new Webhook(`whsec_${key}`).verify(text, { ...headers })

describe('a signature', () => {
  it('is one that the library of the specification takes', () => {
    expect(verify(sign())).toEqual(JSON.parse(body))
  })

  it('is none of another body, of another id, or of a time long past or to come', () => {
    expect(() => verify(sign(), body.replace('1234', '1235'))).toThrow('signature')
    expect(() => verify({ ...sign(), 'webhook-id': 'evt_other' })).toThrow('signature')
    expect(() => verify(sign(6 * 60))).toThrow('too old')
    expect(() => verify(sign(-6 * 60))).toThrow('too new')
    const old = { ...sign(6 * 60), 'webhook-timestamp': sign()['webhook-timestamp'] ?? '' }
    expect(() => verify(old)).toThrow('signature')
  })

  it('is made by each secret that is valid, so that a receiver may have either', () => {
    for (const key of keys) expect(verify(sign(), body, key)).toEqual(JSON.parse(body))
    const [first = { signing: Buffer.of(), token: undefined }] = secrets
    expect(() => verify(sign(0, [first]), body, keys[1])).toThrow('signature')
  })
})

describe('a bearer token', () => {
  const key = Buffer.from('a-secret-that-an-old-receiver-knows')

  it('says who sends, for ten minutes', async () => {
    const at = new Date()
    const token = await bearerToken(key, 'hwpv-test', at)
    const { payload } = await jwtVerify(token, key, { issuer: 'hwpv-test', algorithms: ['HS256'] })
    const seconds = Math.floor(at.getTime() / 1_000)
    expect(payload).toEqual({ iss: 'hwpv-test', iat: seconds, exp: seconds + 600 })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' })
    const late = { algorithms: ['HS256'], currentDate: new Date(at.getTime() + 601_000) }
    await expect(jwtVerify(token, key, late)).rejects.toThrow('exp')
  })
})
