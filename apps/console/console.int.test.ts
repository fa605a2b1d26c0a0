import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ActionState } from '#shared/operations'
import { notifyError } from '../../simulators/index.js'
import { freePort } from '../../tools/nats-server/docker.js'
import { claimIds, people, pendingTask, rowId, settledClaimant } from '../../test/support/claim-rows.js'
import { startIssuer, type Issuer } from '../../test/support/issuer.js'
import { messageIdOf } from '../../test/support/message-ids.js'
import { insertRows } from '../../test/support/rows.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'
import { Visitor } from '../../test/support/visitor.js'
import { startConsole, type RunningConsole } from './src/start-console.js'

let system: System
let issuer: Issuer
let web: RunningConsole

beforeAll(async () => {
  system = await System.start({ services: ['task-relay', 'notifier'] })
  const port = await freePort()
  issuer = await startIssuer(port)
  web = await startConsole({
    env: {
      ...system.database.env,
      ...system.nats.envOf('console'),
      ...issuer.env(`http://localhost:${port}`),
      LOG_LEVEL: 'silent',
    },
    port,
    clock: system.clock,
  })
}, 120_000)
afterAll(async () => {
  await web.stop()
  await issuer.close()
  await system.stop()
})

const at = (path: string) => `${web.url}${path}`

/** A browser in which somebody of that name has signed in. */
async function signedIn(name: string, path = '/'): Promise<Visitor> {
  const visitor = await new Visitor().get(at(path))
  await visitor.submit('/interaction', { login: name, password: 'any' })
  if (!visitor.url.startsWith(web.url)) await visitor.submit('/interaction', {})
  return visitor
}

const emailTask = (n: number) =>
  pendingTask(n, 'SEND-CLAIM-NOTIFICATION', {
    AdditionalData: people(n).visitor.EmailAddress,
    ClaimId: claimIds(n).ClaimId - 1,
  })

/** An email that Notify refuses: its task has failed, and there is a dead letter. */
async function refusedEmail(n: number): Promise<void> {
  const refusal = { kind: 'status', status: 400, body: notifyError(400, 'BadRequestError', 'no') } as const
  system.simulators.notify.misbehave(refusal)
  await insertRows(system.connection, { ...settledClaimant(n), 'IntSchema.Task': [emailTask(n)] })
  await untilTask(n, 'FAILED')
  system.simulators.notify.behaveWell()
}

const untilTask = (n: number, status: string) =>
  until(`task ${n} is ${status}`, async () => {
    const row = await system.connection.db
      .selectFrom('IntSchema.Task')
      .select('Status')
      .where('TaskId', '=', rowId.task(n))
      .executeTakeFirst()
    return row?.Status === status
  })

const lastAction = async (): Promise<{ Person: string; Action: string; State: ActionState } | undefined> =>
  (await system.connection.db
    .selectFrom('AsyncSchema.OperatorAction')
    .select(['Person', 'Action', 'State'])
    .orderBy('ActionId', 'desc')
    .executeTakeFirst()) as never

/** What was asked for before a pause waits half a minute, in milliseconds. */
const longerThanAPull = 45_000

const pages = [
  '/',
  '/failures',
  '/search',
  '/held-up',
  '/tasks',
  '/payments',
  '/jobs',
  '/actions',
  '/replay',
  '/streams',
]

describe('who may', () => {
  it('comes in by signing in at the issuer, and goes out again', async () => {
    const visitor = await signedIn('ada-viewer', '/held-up')
    expect([visitor.status, visitor.url]).toEqual([200, at('/held-up')])
    expect(visitor.text).toContain('ada-viewer')
    await visitor.submit('/sign-out')
    if (visitor.url.startsWith(issuer.url)) await visitor.submit('', { logout: 'yes' })
    await visitor.get(at('/'))
    expect(visitor.url.startsWith(issuer.url)).toBe(true)
  })

  it('has a role here: nobody else sees anything', async () => {
    const visitor = await signedIn('ada')
    expect(visitor.status).toBe(403)
    expect(visitor.text).toContain('has no role here')
  })

  it('looks, and changes nothing as a viewer: refused, and written down', async () => {
    const visitor = await signedIn('bob-viewer', '/do/pause-handler?input={"handler":"send-email"}')
    expect(visitor.text).toContain('This is for the role operator')
    const [, token = ''] = /name="_token" value="([^"]+)"/.exec(visitor.text) ?? []
    await visitor.post(at('/do/pause-handler'), { _token: token, input: '{"handler":"send-email"}' })
    expect(visitor.status).toBe(403)
    expect(await lastAction()).toEqual({ Person: 'bob-viewer', Action: 'pause-handler', State: 'REFUSED' })
  })

  it('sends forms of their own: any other is refused before it is looked at', async () => {
    const before = await lastAction()
    const visitor = await signedIn('eve-operator')
    for (const forged of [{}, { _token: 'guessed' }]) {
      await visitor.post(at('/do/pause-handler'), { ...forged, input: '{"handler":"send-email"}' })
      expect([visitor.status, visitor.text.includes('not one of yours')]).toEqual([403, true])
    }
    expect(await lastAction()).toEqual(before)
  })

  it('may not be led elsewhere by signing in', async () => {
    for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const visitor = await signedIn('ada-viewer', `/sign-in?to=${encodeURIComponent(to)}`)
      expect(visitor.url).toBe(at('/'))
    }
  })
})

describe('every page', () => {
  it.each(pages)('%s is there, and lets nothing in from elsewhere', async (path) => {
    const visitor = await signedIn('ada-viewer', path)
    expect([visitor.status, visitor.url]).toEqual([200, at(path)])
    expect(visitor.text).toContain('<h1 class="govuk-heading-l">')
    const answer = await fetch(at('/ping'))
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|\*/)
  })

  it('has its styles and scripts from itself', async () => {
    for (const file of [
      'govuk-frontend.min.css',
      'moj-frontend.min.css',
      'console.css',
      'console.js',
      'govuk-frontend.min.js',
    ])
      expect((await fetch(at(`/assets/${file}`))).status).toBe(200)
    expect((await fetch(at('/assets/..%2f..%2fpackage.json'))).status).toBeGreaterThanOrEqual(400)
  })

  it('takes what is looked for as text', async () => {
    const visitor = await signedIn(
      'ada-viewer',
      `/search?q=${encodeURIComponent('<script>alert(1)</script>')}`,
    )
    expect(visitor.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(visitor.text).not.toContain('<script>alert')
  })
})

describe('a failed email', () => {
  it('is found by its group, looked at, retried, and seen to be done', async () => {
    await refusedEmail(1)
    const { Reference } = claimIds(1)
    const visitor = await signedIn('ada-operator')
    await until('its group is shown', async () => {
      await visitor.get(at('/failures'))
      return visitor.text.includes('<code>notify-400</code> at send-email</a>: 1')
    })
    expect(visitor.text).toContain('Notify refuses this email: address or template')
    expect(visitor.text).toContain(`/journey/${Reference}`)
    const [, href = ''] = /href="(\/do\/retry-dead-letters[^"]+)"/.exec(visitor.text) ?? []
    await visitor.get(href.replaceAll('&amp;', '&'))
    expect(visitor.text).toContain('It would come to: <strong>1 retried</strong>')
    await visitor.submit('/do/retry-dead-letters', { reason: 'the address was put right' })
    expect(new URL(visitor.url).pathname).toMatch(/^\/actions\//)
    expect(visitor.text).toContain('the address was put right')
    await untilTask(1, 'COMPLETE')
    await visitor.get(visitor.url)
    expect(/id="became">([^<]+)/.exec(visitor.text)?.[1]).toBe('1 done.')
    await visitor.get(at(`/search?q=${Reference}`))
    expect(visitor.text).toContain('Nothing of it is under way')
    expect(visitor.text).toContain(messageIdOf('IntSchema', emailTask(1), 1))
    for (const secret of [people(1).visitor.EmailAddress, people(1).visitor.LastName])
      expect(visitor.text).not.toContain(secret)
  })

  it('that waits says for what', async () => {
    const visitor = await signedIn('ada-operator', '/do/pause-handler?input={"handler":"send-email"}')
    await visitor.submit('/do/pause-handler', { reason: 'a new template' })
    // What was asked for before the pause may still be handed over.
    const token = await issuer.token(['hwpv-viewer'])
    const nobodyAsks = async () => {
      const answer = await fetch(at('/api/v1/handlers'), { headers: { authorization: `Bearer ${token}` } })
      const { handlers } = (await answer.json()) as { handlers: { name: string; fetching: number }[] }
      return handlers.find(({ name }) => name === 'send-email')?.fetching === 0
    }
    await until('nobody asks for emails', nobodyAsks, longerThanAPull)
    await insertRows(system.connection, { ...settledClaimant(2), 'IntSchema.Task': [emailTask(2)] })
    await until('it waits', async () => {
      await visitor.get(at(`/journey/${claimIds(2).Reference}`))
      return /held up: paused since [^<]+: a new template/.test(visitor.text)
    })
    await visitor.get(at('/'))
    expect(visitor.text).toContain('Paused')
    await visitor.get(at('/do/resume-handler?input={"handler":"send-email"}'))
    await visitor.submit('/do/resume-handler')
    await untilTask(2, 'COMPLETE')
  })
})

describe('the API', () => {
  const ask = async (method: string, path: string, token: string, body?: object, key?: string) => {
    const answer = await fetch(at(`/api/v1${path}`), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('asks for a bearer token of the issuer, and for it to be meant for the console', async () => {
    const other = await issuer.token(['hwpv-operator'], { audience: 'urn:elsewhere' })
    expect((await ask('GET', '/status', 'x.y.z')).status).toBe(401)
    expect((await ask('GET', '/status', other)).status).toBe(401)
    expect((await fetch(at('/api/v1/status'))).status).toBe(401)
    expect((await ask('GET', '/status', await issuer.token([]))).status).toBe(403)
  })

  it('answers as its OpenAPI document says', async () => {
    await refusedEmail(3)
    const token = await issuer.token(['hwpv-operator'])
    const document = (await (await fetch(at('/api/v1/openapi.json'))).json()) as OpenApiDocument
    const calls: [id: string, method: string, path: string, body?: object][] = [
      ['status', 'GET', '/status'],
      ['listHandlers', 'GET', '/handlers'],
      ['changeHandler', 'PATCH', '/handlers/archive-claim', { state: 'paused', reason: 'a release' }],
      ['changeHandler', 'PATCH', '/handlers/archive-claim', { state: 'running' }],
      ['listDeadLetters', 'GET', '/dead-letters?limit=5'],
      ['previewDeadLetters', 'POST', '/dead-letters/preview', { filter: { reason: 'notify-400' } }],
      ['retryDeadLetters', 'POST', '/dead-letters/retry', { filter: { reason: 'notify-400' } }],
      ['listJobs', 'GET', '/jobs'],
      ['journey', 'GET', `/journeys/${claimIds(1).Reference}`],
      ['listActions', 'GET', '/actions?limit=3'],
      ['performAction', 'POST', '/actions/try-upstream', { input: { upstream: 'notify' }, dryRun: true }],
    ]
    const ajv = new Ajv2020({ strict: false })
    for (const [id, method, path, body] of calls) {
      const answer = await ask(method, path, token, body)
      expect({ id, status: answer.status, body: answer.status === 200 ? {} : answer.body }).toEqual({
        id,
        status: 200,
        body: {},
      })
      const operation = Object.values(document.paths)
        .flatMap((methods) => Object.values(methods))
        .find(({ operationId }) => operationId === id)
      const validate = ajv.compile(operation?.responses['200'].content['application/json'].schema ?? false)
      expect({ id, fits: validate(answer.body), errors: validate.errors }).toEqual({
        id,
        fits: true,
        errors: null,
      })
    }
  })

  it('makes a change once for its key, and says the same again', async () => {
    const token = await issuer.token(['hwpv-operator'])
    const path = '/handlers/archive-claim'
    const first = await ask('PATCH', path, token, { state: 'paused', reason: 'a release' }, 'pipeline-7')
    await ask('PATCH', path, token, { state: 'running' })
    const second = await ask('PATCH', path, token, { state: 'paused', reason: 'a release' }, 'pipeline-7')
    expect(second.body).toEqual({ ...first.body, repeated: true })
    const { body } = await ask('GET', '/handlers', token)
    const handlers = body.handlers as { name: string; paused: unknown }[]
    expect(handlers.find(({ name }) => name === 'archive-claim')?.paused).toBeNull()
  })

  it('refuses what a viewer may not do, and what it does not understand', async () => {
    const viewer = await issuer.token(['hwpv-viewer'])
    expect((await ask('PATCH', '/handlers/send-email', viewer, { state: 'paused' })).status).toBe(403)
    expect(await lastAction()).toMatchObject({ Action: 'pause-handler', State: 'REFUSED' })
    const operator = await issuer.token(['hwpv-operator'])
    expect((await ask('PATCH', '/handlers/nobody', operator, { state: 'paused' })).status).toBe(400)
    expect((await ask('PATCH', '/handlers/send-email', operator, { state: 'on fire' })).status).toBe(400)
    expect((await ask('GET', '/nothing', operator)).status).toBe(404)
  })
})

interface OpenApiDocument {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly operationId: string
        readonly responses: { readonly 200: { content: { 'application/json': { schema: object } } } }
      }
    >
  >
}
