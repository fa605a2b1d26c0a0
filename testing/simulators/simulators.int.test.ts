import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NotifyClient } from 'notifications-node-client'
import { createClientAsync, type Client } from 'soap'
import { DEFAULT_NOTIFY_API_KEY, startSimulators, type Simulators } from './index.js'

const TEMPLATE = '0000000a-1111-4222-8333-444400000010'
const SERVICE = '11111111-2222-4333-8444-555555555555'
const SECRET = DEFAULT_NOTIFY_API_KEY.slice(-36)
const ADDRESS = 'someone@example.com'

let simulators: Simulators

beforeAll(async () => {
  simulators = await startSimulators()
})
beforeEach(() => simulators.reset())
afterAll(() => simulators.close())

describe('Notify', () => {
  const client = (apiKey = DEFAULT_NOTIFY_API_KEY) => new NotifyClient(simulators.notify.url, apiKey)
  const refusal = async (sending: Promise<unknown>): Promise<unknown> => {
    const error = (await sending.catch((reason: unknown) => reason)) as { response: { data: unknown } }
    return error.response.data
  }
  const errors = (status: number, error: string, ...messages: string[]) => ({
    status_code: status,
    errors: messages.map((message) => ({ error, message })),
  })

  it('takes an email from the official client and finds it again by reference and by id', async () => {
    const options = { personalisation: { first_name: 'Zoë' }, reference: 'task-1' }
    const sent = await client().sendEmail(TEMPLATE, ADDRESS, options)

    expect(sent.status).toBe(201)
    expect(sent.data).toMatchObject({ reference: 'task-1', template: { id: TEMPLATE, version: 1 } })
    expect(sent.data.uri).toBe(`${simulators.notify.url}/v2/notifications/${sent.data.id}`)
    expect(simulators.notify.calls).toEqual([
      { template_id: TEMPLATE, email_address: ADDRESS, ...options, notificationId: sent.data.id },
    ])
    const listed = await client().getNotifications('email', undefined, 'task-1')
    expect(listed.data.notifications).toMatchObject([
      { id: sent.data.id, reference: 'task-1', type: 'email' },
    ])
    expect((await client().getNotificationById(sent.data.id)).data.email_address).toBe(ADDRESS)
    expect((await client().getNotifications('email', undefined, 'task-2')).data.notifications).toEqual([])
    expect(simulators.notify.lookups).toBe(3)
  })

  it('takes the same reference again as another email, newest first, page by page', async () => {
    const ids: string[] = []
    for (let i = 0; i < 3; i += 1) {
      ids.unshift((await client().sendEmail(TEMPLATE, ADDRESS, { reference: 'again' })).data.id)
    }
    const listed = await client().getNotifications('email', undefined, 'again')
    expect(listed.data.notifications.map(({ id }) => id)).toEqual(ids)
    const older = await client().getNotifications('email', undefined, 'again', ids[1])
    expect(older.data.notifications.map(({ id }) => id)).toEqual([ids[2]])
    expect((await client().getNotifications('sms')).data.notifications).toEqual([])
  })

  it.each([
    ['a bad address', TEMPLATE, 'nobody', 'email_address Not a valid email address'],
    ['a template that is no UUID', 'claim-accepted', ADDRESS, 'template_id is not a valid UUID'],
  ])('answers 400 to %s', async (_, template, address, message) => {
    expect(await refusal(client().sendEmail(template, address))).toEqual(
      errors(400, 'ValidationError', message),
    )
    expect(simulators.notify.calls).toEqual([])
  })

  it('answers 400 to nothing at all, to a template it does not have and to missing personalisation', async () => {
    const nothing = client().sendEmail(undefined as unknown as string, undefined as unknown as string)
    const required = ['email_address is a required property', 'template_id is a required property']
    expect(await refusal(nothing)).toEqual(errors(400, 'ValidationError', ...required))

    simulators.notify.setTemplates({ [TEMPLATE]: ['first_name', 'reference'] })
    const partly = client().sendEmail(TEMPLATE, ADDRESS, { personalisation: { first_name: 'A' } })
    expect(await refusal(partly)).toEqual(
      errors(400, 'BadRequestError', 'Missing personalisation: reference'),
    )
    const other = client().sendEmail(SERVICE, ADDRESS)
    expect(await refusal(other)).toEqual(errors(400, 'BadRequestError', 'Template not found'))
  })

  it('answers 403 to a key it does not know', async () => {
    const wrongSecret = client(`k-${SERVICE}-${SERVICE}`).sendEmail(TEMPLATE, ADDRESS)
    expect(await refusal(wrongSecret)).toEqual(errors(403, 'AuthError', 'Invalid token: API key not found'))
    const wrongService = client(`k-${TEMPLATE}-${SECRET}`).sendEmail(TEMPLATE, ADDRESS)
    expect(await refusal(wrongService)).toEqual(errors(403, 'AuthError', 'Invalid token: service not found'))
  })

  it('answers 403 to a token of another time, unless told not to look', async () => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const ask = async (url: string, algorithm = 'HS256') => {
      const iat = Math.round(Date.now() / 1000) - 90
      const signed = `${encode({ typ: 'JWT', alg: algorithm })}.${encode({ iss: SERVICE, iat })}`
      const signature = createHmac('sha256', SECRET).update(signed).digest('base64url')
      const answer = await fetch(`${url}/v2/notifications`, {
        headers: { authorization: `Bearer ${signed}.${signature}` },
      })
      return [answer.status, await answer.text()]
    }
    const [status, body] = await ask(simulators.notify.url)
    expect(status).toBe(403)
    expect(body).toContain('Your system clock must be accurate to within 30 seconds')

    const lenient = await startSimulators({ checkIssuedAt: false })
    try {
      expect((await ask(lenient.notify.url))[0]).toBe(200)
      expect((await ask(lenient.notify.url, 'none'))[0]).toBe(403)
    } finally {
      await lenient.close()
    }
    expect((await fetch(`${simulators.notify.url}/v2/notifications`)).status).toBe(401)
  })
})

describe('benefit checker', () => {
  const check = {
    clientOrgId: 'MOJ-HWPV',
    clientUserId: 'HWPV_WORKER',
    clientReference: 'hwpv-worker',
    lscServiceName: 'HWPV',
    nino: 'QQ414375D',
    surname: "D'ARCY & <MÖOR>",
    dateOfBirth: '19560426',
    dateOfAward: '',
  }
  type Answer = { benefitCheckerStatus: string; confirmationRef: string; originalClientRef: string }
  type Check = (request: typeof check) => Promise<[Answer, string]>
  const address = () => `${simulators.benefitChecker.url}/lsx/lsc-services/benefitChecker`
  let client: Client & { checkAsync: Check }

  beforeAll(async () => {
    client = (await createClientAsync(`${address()}?wsdl`)) as typeof client
  })
  const post = async (body: string) => {
    const answer = await fetch(address(), { method: 'POST', headers: { 'content-type': 'text/xml' }, body })
    return { status: answer.status, text: await answer.text() }
  }

  it('answers a SOAP client and records the fields as text', async () => {
    const [answer, raw] = await client.checkAsync(check)

    expect(answer).toMatchObject({ benefitCheckerStatus: 'Yes', originalClientRef: 'hwpv-worker' })
    expect(raw).toContain('<bc7:benefitCheckerStatus>Yes</bc7:benefitCheckerStatus>')
    expect(simulators.benefitChecker.calls).toEqual([check])
  })

  it('answers by surname, before the status for all', async () => {
    simulators.benefitChecker.setStatus('UNDETERMINED')
    simulators.benefitChecker.setStatusBySurname({ ASHGROVE: 'NO' })
    const statuses = []
    for (const surname of ['ASHGROVE', 'Ashgrove', 'OTHER']) {
      statuses.push((await client.checkAsync({ ...check, surname }))[0].benefitCheckerStatus)
    }
    expect(statuses).toEqual(['NO', 'NO', 'UNDETERMINED'])
  })

  it.each([
    ['soap', 'b:', '<b:nino>QQ414375D</b:nino><b:surname>A&amp;B</b:surname>'],
    ['SOAP-ENV', 'ns9:', '<ns9:surname><![CDATA[A&B]]></ns9:surname><ns9:nino>QQ414375D</ns9:nino>'],
    ['soapenv', '', '<surname>A&#38;B</surname><nino>QQ414375D</nino>'],
  ])('reads fields in any order with prefixes %s and %s', async (soap, prefix, fields) => {
    const namespace = prefix ? `xmlns:${prefix.slice(0, -1)}` : 'xmlns'
    const { status } = await post(
      `<?xml version="1.0" encoding="utf-8"?>
      <${soap}:Envelope xmlns:${soap}="http://schemas.xmlsoap.org/soap/envelope/"><${soap}:Body>
        <${prefix}benefitCheckerRequest ${namespace}="urn:x">${fields}
          <${prefix}dateOfBirth>19560426</${prefix}dateOfBirth>
          <${prefix}clientReference>ref</${prefix}clientReference>
        </${prefix}benefitCheckerRequest></${soap}:Body></${soap}:Envelope>`,
    )
    expect(status).toBe(200)
    expect(simulators.benefitChecker.calls).toMatchObject([{ nino: 'QQ414375D', surname: 'A&B' }])
  })

  it.each([
    ['LSCBC205', { surname: '' }],
    ['LSCBC210', { surname: 'X' }],
    ['LSCBC210', { nino: 'QQ1' }],
    ['LSCBC215', { dateOfBirth: '19560231' }],
  ])('finds fault %s with %j', async (code, fields) => {
    const failure = (await client.checkAsync({ ...check, ...fields }).catch((error: unknown) => error)) as {
      response: { status: number }
      root: { Envelope: { Body: { Fault: { detail: object } } } }
    }
    expect(failure.response.status).toBe(500)
    expect(failure.root.Envelope.Body.Fault.detail).toMatchObject({
      benefitCheckerFaultException: { MessageCode: code },
    })
  })

  it('answers with the faults it is given', async () => {
    simulators.benefitChecker.setFault({ code: 'LSCBC299', text: 'Timed out <90>' })
    simulators.benefitChecker.setFaultBySurname({ ASHGROVE: { code: 'LSCBC959', text: 'Down' } })
    const codes = []
    for (const surname of ['ASHGROVE', 'OTHER']) {
      const error: unknown = await client.checkAsync({ ...check, surname }).catch((reason: unknown) => reason)
      codes.push(/LSCBC\d+/.exec(JSON.stringify((error as { root: unknown }).root))?.[0])
    }
    expect(codes).toEqual(['LSCBC959', 'LSCBC299'])
  })

  it('answers 500 to what is no check', async () => {
    expect((await post('<Envelope><Body><x></Body>')).status).toBe(500)
    expect((await post('<Envelope><Body><other/></Body></Envelope>')).text).toContain('soapenv:Client')
    expect(simulators.benefitChecker.calls).toEqual([])
  })
})

describe('directions', () => {
  const ask = async (query: string): Promise<unknown> => {
    const answer = await fetch(`${simulators.directions.url}/maps/api/directions/json?${query}`)
    expect(answer.status).toBe(200)
    return answer.json()
  }
  const route = (metres: number) => ({
    status: 'OK',
    routes: [{ legs: [{ distance: { value: metres } }] }],
  })

  it('gives distances, for all and by origin, and outcomes without a route', async () => {
    expect(await ask('origin=CH99%205EE&destination=L9+7LH&key=k')).toMatchObject(route(30_000))
    simulators.directions.setMetres(55_555)
    simulators.directions.setByOrigin({ 'CH99 5EE': { metres: 31_234 }, 'M98 2WW': { status: 'NOT_FOUND' } })
    expect(await ask('origin=CH99%205EE&destination=L9+7LH&key=k')).toMatchObject(route(31_234))
    expect(await ask('origin=M98+2WW&destination=L9+7LH&key=k')).toMatchObject({
      status: 'NOT_FOUND',
      routes: [],
    })
    expect(await ask('origin=M1+1AA&destination=L9+7LH&key=k')).toMatchObject(route(55_555))
    simulators.directions.setStatus('OVER_QUERY_LIMIT')
    expect(await ask('origin=M1+1AA&destination=L9+7LH&key=k')).toMatchObject({ status: 'OVER_QUERY_LIMIT' })
    expect(simulators.directions.calls.slice(0, 3)).toEqual([
      { origin: 'CH99 5EE', destination: 'L9 7LH' },
      { origin: 'CH99 5EE', destination: 'L9 7LH' },
      { origin: 'M98 2WW', destination: 'L9 7LH' },
    ])
  })

  it('refuses in the body when the key or a place is missing', async () => {
    expect(await ask('origin=a&destination=b')).toMatchObject({ status: 'REQUEST_DENIED', routes: [] })
    expect(await ask('origin=a&key=k')).toMatchObject({ status: 'INVALID_REQUEST', routes: [] })
    expect(simulators.directions.calls).toEqual([])
  })
})

describe('helpdesk', () => {
  const ticket = { subject: 'Help', comment: { body: 'The page stays white' }, tags: ['Test'] }
  const raise = async (sent: object, headers: Record<string, string> = {}) => {
    const credentials = Buffer.from('helpdesk@example.com/token:key').toString('base64')
    const answer = await fetch(`${simulators.helpdesk.url}/api/v2/tickets.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(sent),
    })
    const body = (await answer.json()) as { ticket?: { id: number }; error?: string }
    return { status: answer.status, lookup: answer.headers.get('x-idempotency-lookup'), body }
  }

  it('raises one ticket a key, and one each time without', async () => {
    const key = { 'idempotency-key': 'task-7' }
    const first = await raise({ ticket }, key)
    const again = await raise({ ticket }, key)
    expect(first).toMatchObject({ status: 201, lookup: 'miss' })
    expect(again).toEqual({ ...first, lookup: 'hit' })
    expect(simulators.helpdesk.tickets).toEqual([
      { id: first.body.ticket?.id, ticket, idempotencyKey: 'task-7' },
    ])
    expect(simulators.helpdesk.calls.map(({ duplicate }) => duplicate)).toEqual([false, true])

    expect((await raise({ ticket: { ...ticket, subject: 'Other' } }, key)).body.error).toBe(
      'IdempotentRequestError',
    )
    await raise({ ticket })
    await raise({ ticket })
    expect(simulators.helpdesk.tickets.map(({ id }) => id)).toEqual([1001, 1002, 1003])
  })

  it('answers 401, 400 and 422 to what it cannot take', async () => {
    expect((await raise({ ticket }, { authorization: 'Basic bm9ib2R5' })).status).toBe(401)
    expect((await raise({ subject: 'Help' })).status).toBe(400)
    expect((await raise({ ticket: { subject: 'Help' } })).status).toBe(422)
    expect(simulators.helpdesk.tickets).toEqual([])
  })
})

describe('S3', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=SIMULATED-KEY/20261121/eu-west-2/s3/aws4_request'
  const ask = async (method: string, path: string, body?: Uint8Array<ArrayBuffer>, headers = {}) => {
    const answer = await fetch(`${simulators.s3.url}${path}`, {
      method,
      headers: { authorization, ...headers },
      ...(body && { body }),
    })
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
  }
  const bytes = Uint8Array.from([0, 255, 128, 10, 13, 0xc3])

  it('keeps objects byte by byte, each under its bucket and its name', async () => {
    const headers = { 'content-type': 'text/plain', 'x-amz-server-side-encryption': 'AES256' }
    expect((await ask('PUT', '/b/a%20%C3%A9/1.txt?x-id=PutObject', bytes, headers)).status).toBe(200)
    const object = { body: Buffer.from(bytes), contentType: 'text/plain', encryption: 'AES256' }
    expect([...simulators.s3.objects]).toEqual([['b/a é/1.txt', object]])
    const got = await ask('GET', '/b/a%20%C3%A9/1.txt')
    expect([got.status, got.body, got.headers.get('content-type')]).toEqual([200, object.body, 'text/plain'])
    const head = await ask('HEAD', '/b/a%20%C3%A9/1.txt')
    expect([head.status, head.body.length, head.headers.get('content-length')]).toEqual([200, 0, '6'])
    expect(head.headers.get('x-amz-server-side-encryption')).toBe('AES256')
    expect((await ask('GET', '/other/a%20%C3%A9/1.txt')).status).toBe(404)
    const call = { bucket: 'b', key: 'a é/1.txt' }
    expect(simulators.s3.calls).toEqual([
      { method: 'PUT', ...call },
      { method: 'GET', ...call },
      { method: 'HEAD', ...call },
      { method: 'GET', ...call, bucket: 'other' },
    ])
  })

  it('deletes what is there and what is not, all the same', async () => {
    simulators.s3.put('b', 'k', 'x')
    expect((await ask('DELETE', '/b/k')).status).toBe(204)
    expect((await ask('DELETE', '/b/k')).status).toBe(204)
    expect(simulators.s3.objects.size).toBe(0)
    const gone = await ask('GET', '/b/k')
    expect(gone.body.toString()).toContain('<Code>NoSuchKey</Code>')
  })

  it('lists names page by page, those of one folder, and stores nothing over what is there if so asked', async () => {
    for (const key of ['a&b é', 'a1', 'a2', 'a/3', 'c']) simulators.s3.put('b', key, 'x')
    simulators.s3.pageSize = 2
    const first = await ask('GET', '/b?list-type=2&prefix=a&delimiter=%2F&encoding-type=url')
    expect(first.body.toString()).toContain('<Key>a%26b%20%C3%A9</Key></Contents><Contents><Key>a1</Key>')
    expect(first.body.toString()).toContain('<IsTruncated>true</IsTruncated><NextContinuationToken>a1<')
    const second = await ask('GET', '/b?list-type=2&prefix=a&delimiter=%2F&continuation-token=a1')
    expect(second.body.toString()).toMatch(
      /<IsTruncated>false<\/IsTruncated><Contents><Key>a2<\/Key><\/Contents><\//,
    )
    simulators.s3.pageSize = 1_000
    expect(simulators.s3.calls).toEqual([])
    expect((await ask('PUT', '/b/c', bytes, { 'if-none-match': '*' })).status).toBe(412)
    expect((await ask('PUT', '/b/d', bytes, { 'if-none-match': '*' })).status).toBe(200)
  })

  it('answers 403 and 501 to what it cannot take', async () => {
    expect((await ask('DELETE', '/b/k', undefined, { authorization: '' })).status).toBe(403)
    expect((await ask('GET', '/b')).status).toBe(501)
    expect((await ask('POST', '/b/k')).status).toBe(501)
    expect(simulators.s3.calls).toEqual([])
  })

  it('can do the work and lose the answer, of some objects only', async () => {
    for (const key of ['k1', 'k2']) simulators.s3.put('b', key, 'x')
    simulators.s3.misbehave({ kind: 'answer-lost', when: { match: ({ key }) => key === 'k2' } })
    expect((await ask('DELETE', '/b/k1')).status).toBe(204)
    await expect(ask('DELETE', '/b/k2')).rejects.toThrow('fetch failed')
    expect(simulators.s3.objects.size).toBe(0)
  })
})
