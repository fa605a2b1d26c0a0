import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActionState } from '#shared/operations'
import { claimIds, people, settledClaimant } from '../../test/support/claim-rows.js'
import { messageIdOf } from '../../test/support/message-ids.js'
import { heldFlow } from '../../test/support/held-flow.js'
import { ConsoleWorld } from '../../test/support/console-world.js'
import { emailTask, refusedEmail, untilTask } from '../../test/support/refused-email.js'
import { insertRows } from '../../test/support/rows.js'
import { until } from '../../test/support/until.js'

let world: ConsoleWorld

beforeAll(async () => {
  world = await ConsoleWorld.start({ services: ['task-relay', 'notifier'] })
}, 120_000)
afterAll(() => world.stop())

const at = (path: string) => world.at(path)
const signedIn = (name: string, path?: string) => world.signedIn(name, path)

const lastAction = async (): Promise<{ Person: string; Action: string; State: ActionState } | undefined> =>
  (await world.system.connection.db
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
  '/flows',
  '/webhooks',
  '/targets',
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
    if (visitor.url.startsWith(world.issuer.url)) await visitor.submit('', { logout: 'yes' })
    await visitor.get(at('/'))
    expect(visitor.url.startsWith(world.issuer.url)).toBe(true)
  })

  it('has a role here: nobody else sees anything', async () => {
    const visitor = await signedIn('ada')
    expect(visitor.status).toBe(403)
    expect(visitor.text).toContain('has no role here')
    expect(visitor.text).not.toContain('href="/failures"')
    // They may have come by the wrong name.
    await visitor.submit('/sign-out')
    if (visitor.url.startsWith(world.issuer.url)) await visitor.submit('', { logout: 'yes' })
    await visitor.get(at('/'))
    expect(visitor.url.startsWith(world.issuer.url)).toBe(true)
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

  it('says one thing with a form: its key sent with anything else is refused in words', async () => {
    const visitor = await signedIn('eve-operator', '/do/pause-handler?input={"handler":"send-email"}')
    const [, _token = ''] = /name="_token" value="([^"]+)"/.exec(visitor.text) ?? []
    const form = { _token, key: 'a-form-of-eve', reason: 'to see' }
    const send = (handler: string) =>
      visitor.post(at('/do/resume-handler'), { ...form, input: JSON.stringify({ handler }) })
    await send('send-email')
    const done = visitor.url
    expect([visitor.status, new URL(done).pathname]).toEqual([200, '/actions/a-form-of-eve'])
    await send('archive-claim')
    expect([visitor.status, visitor.text.includes('key was used for something else')]).toEqual([409, true])
    await send('send-email')
    expect([visitor.status, visitor.url]).toEqual([200, done])
  })

  it('may not be led elsewhere by signing in', async () => {
    for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const visitor = await signedIn('ada-viewer', `/sign-in?to=${encodeURIComponent(to)}`)
      expect(visitor.url).toBe(at('/'))
    }
  })
})

describe('when a job is due', () => {
  it('is said by an operator: first what it would come to, then with who and why', async () => {
    const visitor = await signedIn('ada-viewer-operator', '/jobs')
    expect(visitor.text).toContain('cron 30 4 * * *')
    const change = (when: string) =>
      visitor.get(at(`/jobs/change?${new URLSearchParams({ job: 'daily', when }).toString()}`))
    await change('cron 0 0 31 2 *')
    expect(visitor.text).toContain('It cannot be done: daily: cron 0 0 31 2 *: never comes')
    await change('cron 0 5 * * *')
    expect(visitor.text).toContain('daily is due: cron 0 5 * * * (Europe/London)')
    await visitor.submit('/do/change-job', { reason: 'the night is short' })
    expect(await lastAction()).toEqual({ Person: 'ada-viewer-operator', Action: 'change-job', State: 'DONE' })
    await visitor.get(at('/do/pause-job?input={"job":"daily"}'))
    await visitor.submit('/do/pause-job', { reason: 'a release' })
    await visitor.get(at('/jobs'))
    for (const text of ['cron 0 5 * * *', 'ada-viewer-operator', 'a release', 'Resume', 'As the code has it'])
      expect(visitor.text).toContain(text)
    await visitor.get(at('/do/change-job?input={"job":"daily","when":null}'))
    await visitor.submit('/do/change-job', { reason: 'as before' })
    await visitor.get(at('/do/resume-job?input={"job":"daily"}'))
    await visitor.submit('/do/resume-job', { reason: 'released' })
    expect(await lastAction()).toEqual({ Person: 'ada-viewer-operator', Action: 'resume-job', State: 'DONE' })
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

  it.each([
    '/tasks?reference=ABC1234&reference=ABC1235',
    '/tasks?schema=other',
    '/failures?reason=notify-400&reason=timeout',
    '/jobs?date=2026-02-30',
    '/payments?before=yesterday',
    '/actions?before=all',
  ])('shows nothing rather than everything where it does not understand what is asked: %s', async (path) => {
    const visitor = await signedIn('ada-operator', path)
    expect(visitor.status).toBe(400)
    expect(visitor.text).toContain('What is asked for cannot be understood')
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
    await refusedEmail(world.system, 1)
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
    await untilTask(world.system, 1, 'COMPLETE')
    await visitor.get(visitor.url)
    expect(/id="became">([^<]+)/.exec(visitor.text)?.[1]).toBe('1 done.')
    await visitor.get(at(`/search?q=${Reference}`))
    expect(visitor.text).toContain('Nothing of it is under way')
    expect(visitor.text).toContain(messageIdOf('IntSchema', emailTask(1), 1))
    for (const secret of [people(1).visitor.EmailAddress, people(1).visitor.LastName])
      expect(visitor.text).not.toContain(secret)
  })

  it('that is about no reference is found by its Task row', async () => {
    const TaskId = 77_777
    const times = { DateCreated: '2026-11-18 10:00:00', DateProcessed: '2026-11-18 10:00:00' }
    const row = {
      TaskId,
      Task: 'SEND-NOTIFICATION',
      Status: 'FAILED',
      AdditionalData: '{"to":"a@example.org"}',
    }
    await insertRows(world.system.connection, { 'IntSchema.Task': [{ ...row, ...times }] })
    const visitor = await signedIn('bob-viewer')
    for (const q of ['77777', `IntSchema.Task.${TaskId}`, `IntSchema.Task.${TaskId}.1.0123456789abcdef`]) {
      await visitor.get(at(`/search?q=${q}`))
      expect([visitor.status, visitor.url]).toEqual([200, at(`/journey/IntSchema.Task.${TaskId}`)])
      expect(visitor.text).toContain('Task SEND-NOTIFICATION')
      expect(visitor.text).not.toContain('a@example.org')
    }
    await visitor.get(at('/tasks'))
    expect(visitor.text).toContain(`href="/journey/IntSchema.Task.${TaskId}"`)
    await visitor.get(at('/journey/IntSchema.Task.99999'))
    expect(visitor.status).toBe(404)
    await world.system.connection.db.deleteFrom('IntSchema.Task').where('TaskId', '=', TaskId).execute()
  })

  it('that comes after somebody has looked is not discarded with the others, and its task not closed', async () => {
    const shown = async (count: number) => {
      await visitor.get(at('/failures'))
      return visitor.text.includes(`<code>notify-400</code> at send-email</a>: ${count}`)
    }
    const visitor = await signedIn('ada-operator')
    await refusedEmail(world.system, 3)
    await until('it is shown', () => shown(1))
    const discarding = await signedIn('ada-operator', '/do/discard-dead-letters?input={"filter":{}}')
    const closing = await signedIn('ada-operator', '/do/close-tasks?input={}')
    expect(discarding.text).toContain('It would come to: <strong>discarded: 1</strong>')
    expect(closing.text).toContain('It would come to: <strong>closed: 1</strong>')
    await refusedEmail(world.system, 4)
    await until('the other is shown', () => shown(2))
    await discarding.submit('/do/discard-dead-letters')
    expect(discarding.text).toContain('discarded: 1')
    await until('the other is left', () => shown(1))
    await closing.submit('/do/close-tasks', { reason: 'dealt with by post' })
    expect(closing.text).toContain('closed: 1')
    await visitor.get(at('/do/close-tasks?input={}'))
    expect(visitor.text).toContain('It would come to: <strong>closed: 1</strong>')
  })

  it('that waits says for what', async () => {
    const visitor = await signedIn('ada-operator', '/do/pause-handler?input={"handler":"send-email"}')
    await visitor.submit('/do/pause-handler', { reason: 'a new template' })
    // What was asked for before the pause may still be handed over.
    const token = await world.issuer.token(['hwpv-viewer'])
    const nobodyAsks = async () => {
      const answer = await fetch(at('/api/v1/handlers'), { headers: { authorization: `Bearer ${token}` } })
      const { handlers } = (await answer.json()) as { handlers: { name: string; fetching: number }[] }
      return handlers.find(({ name }) => name === 'send-email')?.fetching === 0
    }
    await until('nobody asks for emails', nobodyAsks, longerThanAPull)
    await insertRows(world.system.connection, { ...settledClaimant(2), 'IntSchema.Task': [emailTask(2)] })
    await until('it waits', async () => {
      await visitor.get(at(`/journey/${claimIds(2).Reference}`))
      return /held up: paused since [^<]+: a new template/.test(visitor.text)
    })
    await visitor.get(at('/'))
    expect(visitor.text).toContain('Paused')
    await visitor.get(at('/do/resume-handler?input={"handler":"send-email"}'))
    await visitor.submit('/do/resume-handler')
    await untilTask(world.system, 2, 'COMPLETE')
  })
})

describe('large work', () => {
  it('is shown with its steps and what failed of it, and is let go on', async () => {
    const flow = await heldFlow(world.system.connection)
    const visitor = await signedIn('ada-operator', `/flows/${flow}`)
    expect(visitor.status).toBe(200)
    for (const said of [
      `archive-old-claims ${flow}`,
      'held',
      'failures-in-a-row',
      'held.2',
      'archive-key-taken',
    ])
      expect(visitor.text).toContain(said)
    expect(visitor.text).toContain('Let it go on')
    expect(visitor.text).not.toContain('Approve')
    await visitor.get(at(`/do/resume-flow?input={"flow":${flow}}`))
    await visitor.submit('/do/resume-flow', { reason: 'mended' })
    expect(await lastAction()).toMatchObject({ Action: 'resume-flow', State: 'DONE' })
    // The relay has it go on: its step has nothing left to do.
    await until('it goes on', async () => {
      await visitor.get(at(`/flows/${flow}`))
      return !visitor.text.includes('Let it go on')
    })
  })

  it('is not there where it is not', async () => {
    for (const number of ['999', '0', 'x'])
      expect((await signedIn('ada-viewer', `/flows/${number}`)).status).toBe(404)
  })
})
