import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { refused as refusal, reject, unavailable, upstreamFailed } from '#shared/messaging'
import { startSimulators, type Simulators } from '../../../../testing/simulators/index.js'
import { BenefitCheckerClient, type BenefitCheckerOptions } from './benefit-checker.client.js'

const person = {
  surname: 'Rathbourne',
  nationalInsuranceNumber: 'QQ955252A',
  dateOfBirth: '1959-01-13 00:00:00.000',
}
const credentials = {
  clientOrgId: 'MOJ-HWPV',
  clientUserId: 'HWPV_WORKER',
  clientReference: 'hwpv-worker',
  lscServiceName: 'HWPV',
}

let simulators: Simulators
beforeAll(async () => (simulators = await startSimulators()))
beforeEach(() => simulators.reset())
afterAll(() => simulators.close())

function connect(options: Partial<BenefitCheckerOptions> = {}): BenefitCheckerClient {
  const url = `${simulators.benefitChecker.url}/lsx/lsc-services/benefitChecker`
  return new BenefitCheckerClient({ url, soapAction: url, timeoutMs: 60_000, credentials, ...options })
}

const answered = (status: string) => ({ kind: 'answered', status })
const failed = (reason: string) => ({ kind: 'failed', outcome: upstreamFailed(reason) })
const away = (reason: string) => ({ kind: 'failed', outcome: unavailable(reason) })
const refusesService = (reason: string) => ({ kind: 'failed', outcome: refusal(reason) })
const refused = (reason: string) => ({ kind: 'failed', outcome: reject(reason) })

describe('a check', () => {
  it.each([
    ['Yes', 'YES'],
    ['no', 'NO'],
    ['Undetermined', 'UNDETERMINED'],
    ['DECEASED', 'DECEASED'],
  ])('reads %s', async (status, read) => {
    simulators.benefitChecker.setStatus(status)
    expect(await connect().check(person)).toEqual(answered(read))
  })

  it('sends every field, and a surname of any characters as it is', async () => {
    const surname = ` <O'Brien & "Söhne"> ]]> 👩‍👧 `
    await connect().check({ ...person, surname })
    expect(simulators.benefitChecker.calls).toEqual([
      {
        ...credentials,
        nino: 'QQ955252A',
        surname: surname.trim().toUpperCase(),
        dateOfBirth: '19590113',
        dateOfAward: '',
      },
    ])
  })

  it('answers many at once, each its own', async () => {
    simulators.benefitChecker.setStatusBySurname({ ONE: 'NO', TWO: 'Yes' })
    const client = connect()
    const people = Array.from({ length: 20 }, (_, i) => ({ ...person, surname: i % 2 ? 'one' : 'two' }))
    const checks = await Promise.all(people.map((each) => client.check(each)))
    expect(checks).toEqual(people.map((_, i) => answered(i % 2 ? 'NO' : 'YES')))
  })

  it('does not look at the prefix of the answer or of a fault', async () => {
    for (const benefitPrefix of ['ns2', 'benefit-checker.v1']) {
      const others = await startSimulators({ benefitPrefix })
      try {
        const client = connect({ url: others.benefitChecker.url })
        expect(await client.check(person)).toEqual(answered('YES'))
        others.benefitChecker.setFault({ code: 'LSCBC959', text: 'later' })
        expect(await client.check(person)).toEqual(failed('dwp-fault-LSCBC959'))
      } finally {
        await others.close()
      }
    }
  })
})

describe('a check that did not happen', () => {
  it.each(['Maybe', '', 'Yes No'])('with the status %j', async (status) => {
    simulators.benefitChecker.setStatus(status)
    expect(await connect().check(person)).toEqual(failed('dwp-unknown-status'))
  })

  it.each(['LSCBC299', 'LSCBC950', 'LSCBC998'])('is tried again after the fault %s', async (code) => {
    simulators.benefitChecker.setFault({ code, text: 'The service is not available' })
    expect(await connect().check(person)).toEqual(failed(`dwp-fault-${code}`))
  })

  it.each(['LSCBC205', 'LSCBC210', 'LSCBC215'])('is not tried again after the fault %s', async (code) => {
    simulators.benefitChecker.setFault({ code, text: 'The request is not valid' })
    expect(await connect().check(person)).toEqual(refused(`dwp-fault-${code}`))
  })

  it.each(['LSCBC250', 'LSCBC251', 'LSCBC252', 'LSCBC253', 'LSCBC254'])(
    'holds up all checks after the fault %s, which is about this service',
    async (code) => {
      simulators.benefitChecker.setFault({ code, text: 'Access denied' })
      expect(await connect().check(person)).toEqual(refusesService(`dwp-fault-${code}`))
    },
  )

  it.each([401, 403, 407])('holds up all checks after the status %d', async (status) => {
    simulators.benefitChecker.misbehave({ kind: 'status', status })
    expect(await connect().check(person)).toEqual(refusesService(`dwp-http-${status}`))
  })

  it.each([
    ['XML of its own', '<![CDATA[Rath]]><x/><![CDATA[bourne]]>'],
    ['XML of its own, in small letters', '<![cdata[Rathbourne]]>'],
    ['a control character', 'Rath\u0001bourne'],
    ['another one', 'Rath\u0000bourne'],
    ['a later one', 'Rath\u0085bourne'],
    ['half a character', 'Rath\uD800bourne'],
    ['the other half', 'Rath\uDC00bourne'],
    ['what is no character', 'Rath\uFFFEbourne'],
    ['nor this', 'Rath\uFFFFbourne'],
  ])('is not sent with %s in the name', async (_, surname) => {
    expect(await connect().check({ ...person, surname })).toEqual(refused('dwp-text-unsendable'))
    const nationalInsuranceNumber = surname
    expect(await connect().check({ ...person, nationalInsuranceNumber })).toEqual(
      refused('dwp-text-unsendable'),
    )
    expect(simulators.benefitChecker.requests).toBe(0)
  })

  it("gives the service's own word on a request, and nothing of the person", async () => {
    const check = await connect().check({ ...person, nationalInsuranceNumber: 'QQ' })
    expect(check).toEqual(refused('dwp-fault-LSCBC210'))
  })

  it('takes only a code for a code', async () => {
    simulators.benefitChecker.setFault({ code: 'Rathbourne is not known', text: 'x' })
    expect(await connect().check(person)).toEqual(failed('dwp-fault'))
  })

  it.each([
    [{ kind: 'refuse' }, 'dwp-reset'],
    [{ kind: 'answer-lost' }, 'dwp-reset'],
    [{ kind: 'reset' }, 'dwp-unreadable'],
    [{ kind: 'garbage' }, 'dwp-unreadable'],
    [{ kind: 'status', status: 500 }, 'dwp-http-500'],
    [{ kind: 'status', status: 302, headers: { location: '/elsewhere' } }, 'dwp-http-302'],
    [{ kind: 'status', status: 200, body: '' }, 'dwp-unreadable'],
  ] as const)('when the service does %j', async (misbehaviour, reason) => {
    simulators.benefitChecker.misbehave(misbehaviour)
    expect(await connect().check(person)).toEqual(failed(reason))
    expect(simulators.benefitChecker.requests).toBe(1)
  })

  it.each([429, 502, 503, 504])('with the status %d, as all others would', async (status) => {
    simulators.benefitChecker.misbehave({ kind: 'status', status })
    expect(await connect().check(person)).toEqual(away(`dwp-http-${status}`))
  })

  it('when nobody is there', async () => {
    const gone = await startSimulators()
    await gone.close()
    expect(await connect({ url: gone.benefitChecker.url }).check(person)).toEqual(away('dwp-unreachable'))
  })
})

describe('the time a check takes', () => {
  beforeEach(() => simulators.benefitChecker.misbehave({ kind: 'slow', ms: 60_000 }))

  it('is bounded by its own time-out', async () => {
    expect(await connect({ timeoutMs: 50 }).check(person)).toEqual(failed('dwp-timeout'))
  })

  it('is bounded by the delivery, also by one that is over already', async () => {
    const delivery = new AbortController()
    const check = connect().check(person, delivery.signal)
    await simulators.benefitChecker.waitForCalls(1)
    delivery.abort()
    expect(await check).toEqual(failed('dwp-timeout'))
    expect(await connect().check(person, delivery.signal)).toEqual(failed('dwp-timeout'))
  })

  it('is over when the service stops', async () => {
    const client = connect()
    const check = client.check(person)
    await simulators.benefitChecker.waitForCalls(1)
    client.onApplicationShutdown()
    expect(await check).toEqual(failed('dwp-timeout'))
  })
})

describe('an answer in other words', () => {
  let respond: (response: ServerResponse) => void
  let action: string | undefined
  const server = createServer((request: IncomingMessage, response) => {
    action = request.headers.soapaction as string | undefined
    void text(request).then(() => respond(response))
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  async function check(status: number, body: string, soapAction = 'urn:check') {
    respond = (response) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body)
    return connect({ url: url(), soapAction }).check(person)
  }
  const envelope = (body: string) =>
    `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>${body}</S:Body></S:Envelope>`
  const answer = (status: string) =>
    envelope(`<a:benefitCheckerResponse xmlns:a="urn:a">${status}</a:benefitCheckerResponse>`)
  const fault = (detail: string) =>
    envelope(
      `<S:Fault><faultcode>S:Server</faultcode><faultstring>${person.surname}</faultstring>${detail}</S:Fault>`,
    )

  it.each([
    ['without any prefix', '<benefitCheckerStatus xmlns="urn:b">Yes</benefitCheckerStatus>'],
    [
      'with attributes, space around and a comment',
      '<b:benefitCheckerStatus xmlns:b="urn:b" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" ' +
        'i:type="string">\n Yes <!-- x --></b:benefitCheckerStatus>',
    ],
    ['as CDATA', '<benefitCheckerStatus><![CDATA[YES]]></benefitCheckerStatus>'],
  ])('is read %s', async (_, status) => {
    expect(await check(200, answer(status))).toEqual(answered('YES'))
  })

  it('is read in an envelope without a prefix', async () => {
    const body =
      '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><benefitCheckerResponse xmlns="urn:a">' +
      '<benefitCheckerStatus>No</benefitCheckerStatus></benefitCheckerResponse></Body></Envelope>'
    expect(await check(200, body)).toEqual(answered('NO'))
  })

  it.each([
    ['two statuses', answer('<s/>'.replace('s', 'benefitCheckerStatus').repeat(2))],
    ['no status', answer('<confirmationRef>T1</confirmationRef>')],
    ['another message', envelope('<somethingElse>Yes</somethingElse>')],
    ['no message', envelope('')],
    ['a page', '<html><body>Yes</body></html>'],
    ['half of it', answer('<benefitCheckerStatus>Yes</benefitCheckerStatus>').slice(0, -20)],
    [
      'an entity of its own',
      `<!DOCTYPE x [<!ENTITY y "Yes">]>${answer('<benefitCheckerStatus>&y;</benefitCheckerStatus>')}`,
    ],
    ['far too much', answer(`<benefitCheckerStatus>${'Yes'.repeat(1_000_000)}</benefitCheckerStatus>`)],
  ])('is not read: %s', async (_, body) => {
    expect(await check(200, body)).toEqual(failed('dwp-unreadable'))
  })

  it('does not count with an HTTP status that contradicts it', async () => {
    const body = answer('<benefitCheckerStatus>Yes</benefitCheckerStatus>')
    expect(await check(500, body)).toEqual(failed('dwp-http-500'))
  })

  it('is a fault with any HTTP status, with a code or without', async () => {
    const code = (value: string) =>
      `<detail><x:benefitCheckerFaultException xmlns:x="urn:x"><MessageCode>${value}</MessageCode>` +
      '</x:benefitCheckerFaultException></detail>'
    expect(await check(200, fault(code('LSCBC299')))).toEqual(failed('dwp-fault-LSCBC299'))
    expect(await check(400, fault(code(' lscbc215 ')))).toEqual(refused('dwp-fault-LSCBC215'))
    // A number of insurance, or a name, is no code of theirs.
    for (const other of ['QQ123456', 'ASHGROVE1', 'LSCBC2'])
      expect(await check(500, fault(code(other)))).toEqual(failed('dwp-fault'))
    expect(await check(500, fault(''))).toEqual(failed('dwp-fault'))
    expect(await check(500, fault('<detail>down</detail>'))).toEqual(failed('dwp-fault'))
  })

  it('is not waited for longer than the time-out, once it has begun', async () => {
    respond = (response) => response.writeHead(200).write('<S:Envelope')
    expect(await connect({ url: url(), timeoutMs: 100 }).check(person)).toEqual(failed('dwp-timeout'))
  })

  it('follows the action that is set, also an empty one', async () => {
    const body = answer('<benefitCheckerStatus>Yes</benefitCheckerStatus>')
    await check(200, body, 'https://checker.example.com/benefitChecker')
    expect(action).toBe('"https://checker.example.com/benefitChecker"')
    await check(200, body, '')
    expect(action).toBe('""')
  })
})
