import { describe, expect, it } from 'vitest'
import type { HttpResult } from '#shared/http'
import { answerOf } from './answer.rules.js'

const of11 = 'http://schemas.xmlsoap.org/soap/envelope/'
const of12 = 'http://www.w3.org/2003/05/soap-envelope'
const envelope = (inner: string, soap = of11) =>
  `<s:Envelope xmlns:s="${soap}"><s:Header/><s:Body>${inner}</s:Body></s:Envelope>`
const fault11 = (code: string) =>
  envelope(`<s:Fault><faultcode>${code}</faultcode><faultstring>Zoë is there</faultstring></s:Fault>`)
const fault12 = (...codes: string[]) =>
  envelope(
    `<s:Fault>${codes.reduceRight((inner, code) => `<s:Code><s:Value>${code}</s:Value>${inner.replaceAll('s:Code>', 's:Subcode>')}</s:Code>`, '')}</s:Fault>`,
    of12,
  )
const done = envelope('<r:ProvisionUserResponse xmlns:r="urn:it"/>')
const answered = (status: number, body: string, type = 'text/xml'): HttpResult => ({
  ...{ kind: 'answered', status, body },
  headers: { 'content-type': type },
})
const ask = (result: HttpResult) => answerOf(result, 'ProvisionUser')

describe('an answer', () => {
  it.each([
    ['of 1.1', answered(200, done)],
    ['of 1.2', answered(200, done.replace(of11, of12), 'application/soap+xml')],
    [
      'with attachments',
      answered(
        200,
        `\r\n--x\r\nContent-Type: text/xml\r\n\r\n${done}\r\n--x--`,
        'multipart/related; boundary=x',
      ),
    ],
  ])('%s confirms', (_, result) => {
    expect(ask(result)).toEqual({ kind: 'confirmed' })
  })

  it.each([200, 202, 400, 500])('that is a fault confirms nothing, with the status %d', (status) => {
    expect(ask(answered(status, fault11('s:Client')))).toEqual({
      ...{ kind: 'fault', meaning: 'permanent', reason: 'target-fault-client' },
    })
  })

  it.each([
    ['there', 's:Client.AlreadyExists'],
    ['not-there', 's:Client.NotFound'],
    ['refused', 'wsse:FailedAuthentication'],
    ['refused', 's:Client.InvalidSecurity'],
    ['temporary', 's:Server'],
    ['temporary', 's:Server.Busy'],
    ['permanent', 's:Client.Validation'],
    ['temporary', 'x:Whatever'],
    ['temporary', ''],
  ])('means %s by the fault %s', (meaning, code) => {
    expect(ask(answered(500, fault11(code)))).toMatchObject({ kind: 'fault', meaning })
  })

  it.each([
    ['there', ['s:Sender', 'p:AlreadyExists']],
    ['permanent', ['s:Sender', 'p:Whatever']],
    ['temporary', ['s:Receiver']],
    ['not-there', ['s:Sender', 'p:Data', 'p:NotFound']],
  ])('means %s by the codes %j', (meaning, codes) => {
    expect(ask(answered(500, fault12(...codes)))).toMatchObject({ kind: 'fault', meaning })
  })

  it.each([
    ['target-fault-client', 's:Client'],
    ['target-fault-validation', 's:Client.Validation'],
    ['target-fault-client-unknown', 's:Client.Zoë Doe'],
    ['target-fault-client-unknown', 's:Client.zoe'],
    ['target-fault-alreadyexists-unknown', 's:Client.AlreadyExists.zoe-doe'],
    ['target-fault-unknown', 'x:zoe'],
    ['target-fault-unknown', ''],
  ])('says nothing of what a fault says of anybody, but %s of the code %s', (reason, code) => {
    expect(ask(answered(500, fault11(code)))).toMatchObject({ reason })
  })

  it.each([
    ['target-answer-unreadable', answered(200, '')],
    ['target-answer-unreadable', answered(200, '<html/>', 'text/html')],
    ['target-answer-unreadable', answered(200, done.slice(0, -9))],
    ['target-answer-unreadable', answered(200, `<!DOCTYPE x>${done}`)],
    ['target-answer-unexpected', answered(200, envelope(''))],
    ['target-answer-unexpected', answered(200, envelope('<r:ProvisionGroupResponse xmlns:r="urn:it"/>'))],
    ['target-http-500', answered(500, 'Internal Server Error')],
    ['target-http-504', answered(504, '')],
    ['target-timeout', { kind: 'unanswered', failure: 'timeout' }],
    ['target-reset', { kind: 'unanswered', failure: 'reset' }],
  ] as const)('may be anything: %s', (reason, result) => {
    expect(ask(result)).toEqual({ kind: 'unknown', reason })
  })

  it.each([
    ['not-heard', 'target-http-503', answered(503, '')],
    ['not-heard', 'target-unreachable', { kind: 'not-sent', failure: 'unreachable' }],
    ['misconfigured', 'target-http-401', answered(401, '')],
    ['misconfigured', 'target-http-302', answered(302, '')],
    ['misconfigured', 'target-http-404', answered(404, 'Not Found')],
  ] as const)('says that nobody has done it: %s, %s', (kind, reason, result) => {
    expect(ask(result)).toEqual({ kind, reason })
  })
})

describe('an answer that is made to take long', () => {
  const most = 64 * 1024
  it.each([
    ['with attachments, and no end of lines', answered(200, '\n'.repeat(most), 'multipart/related')],
    ['with attachments that never end', answered(200, '\r\n\r\n'.repeat(most / 4), 'multipart/related')],
    ['with a code of many parts', answered(200, fault11('.'.repeat(most - 300)))],
  ])('is read at once: %s', (_, result) => {
    const begun = performance.now()
    ask(result)
    expect(performance.now() - begun).toBeLessThan(500)
  })
})
