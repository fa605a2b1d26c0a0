import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { findings, opened, startBrowser, stickingOut, takeScreenshot } from '../../test/support/browser.js'
import { claimIds } from '../../test/support/claim-rows.js'
import { leaveTraces } from '../../test/support/console-pages.js'
import { refusedEmail } from '../../test/support/refused-email.js'
import { claimServices, System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'
import { dayOf } from '#shared/clock'
import { startConsole, type RunningConsole } from './src/start-console.js'

let system: System
let web: RunningConsole
let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
  system = await System.start({ services: [...claimServices, 'scheduler'] })
  web = await startConsole({
    env: { ...system.database.env, ...system.nats.envOf('console'), LOG_LEVEL: 'silent' },
    port: 0,
    clock: system.clock,
  })
  await leaveTraces(system)
  for (const n of [1, 2]) await refusedEmail(system, n)
  const endpoint = {
    name: 'statistics',
    address: 'https://statistics.example.org/hwpv',
    secret: 'statistics',
  }
  await act(
    'add-webhook-endpoint',
    { ...endpoint, events: ['claim.paid', 'claim.decided'] },
    'they asked for it',
  )
  await act('test-webhook-endpoint', { name: 'statistics' }, 'to see')
  await act('pause-handler', { handler: 'approve-claim' }, 'until the rules are put right')
  await act('retry-dead-letters', { sequences: [2] }, 'the address was put right')
}, 400_000)
afterAll(async () => {
  await browser?.close()
  await web?.stop()
  await system?.stop()
})

const at = (path: string) => `${web.url}${path}`

async function act(name: string, input: object, reason: string): Promise<void> {
  const asked = () =>
    fetch(at(`/api/v1/actions/${name}`), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input, reason }),
    })
  await until(`${name} is done`, async () => (await asked()).ok)
}

const form = (name: string, input: object) =>
  `/form/${name}?input=${encodeURIComponent(JSON.stringify(input))}`
const preview = `/do/pause-handler?input=${encodeURIComponent('{"handler":"send-email"}')}`
/** Every page, and those one gets to from it. */
const pages: Readonly<Record<string, () => string>> = {
  now: () => '/',
  failures: () => '/failures',
  letter: () => '/failures/1',
  search: () => '/search',
  nothing: () => '/search?q=ZZ99999',
  journey: () => `/journey/${claimIds(1).Reference}`,
  'held-up': () => '/held-up',
  tasks: () => '/tasks',
  'closed-tasks': () => '/tasks?closed=yes',
  payments: () => '/payments',
  payment: () => `/payments/${dayOf(system.clock.now())}`,
  jobs: () => '/jobs',
  flows: () => '/flows',
  webhooks: () => '/webhooks',
  webhook: () => '/webhooks/statistics',
  'add-webhook': () => '/form/add-webhook-endpoint',
  'change-webhook': () => form('change-webhook-endpoint', { name: 'statistics' }),
  targets: () => '/targets',
  target: () => '/targets/gias',
  'change-target': () => form('set-target', { target: 'gias', isNew: false }),
  actions: () => '/actions',
  preview: () => preview,
  replay: () => '/replay',
  streams: () => '/streams',
  stream: () => '/streams/NOTIFICATIONS',
  error: () => '/no-such-page',
}

describe.each([320, 1280])('every page, %i px wide', (width) => {
  it.each(Object.keys(pages))('%s is accessible, and nothing of it runs over its edge', async (name) => {
    const { page, context } = await opened(browser, { width })
    await page.goto(at(pages[name]?.() ?? ''))
    await takeScreenshot(page, `${name}-${width}`)
    const found = { stickingOut: await stickingOut(page), byAxe: await findings(page) }
    await context.close()
    expect(found).toEqual({ stickingOut: [], byAxe: [] })
  })
})

describe('what was done', () => {
  it('has a page of its own, with what became of it', async () => {
    for (const width of [320, 1280]) {
      const { page, context } = await opened(browser, { width })
      await page.goto(at('/actions'))
      await page.click('tbody a')
      await takeScreenshot(page, `action-${width}`)
      expect(await page.textContent('main')).toContain('the address was put right')
      expect(await stickingOut(page)).toEqual([])
      expect(await findings(page)).toEqual([])
      await context.close()
    }
  })
})
