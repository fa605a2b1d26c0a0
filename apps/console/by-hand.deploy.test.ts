import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { follow, opened, startBrowser } from '../../test/support/browser.js'
import { claimIds } from '../../test/support/claim-rows.js'
import { ConsoleWorld } from '../../test/support/console-world.js'
import { refusedEmail, untilTask } from '../../test/support/refused-email.js'
import { until } from '../../test/support/until.js'

let world: ConsoleWorld
let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
  world = await ConsoleWorld.start({ services: ['task-relay', 'notifier'] })
  await refusedEmail(world.system, 1)
}, 400_000)
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

const at = (path: string) => world.at(path)

/** Signs in at the issuer, and comes to a page. */
async function signIn(page: Page, name: string, path = '/'): Promise<void> {
  await page.goto(at(path))
  await page.fill('input[name=login]', name)
  await page.fill('input[name=password]', 'any')
  await page.click('button[type=submit]')
  if (!page.url().startsWith(world.web.url)) await page.click('button[type=submit]')
  const { origin, pathname } = new URL(at(path))
  await page.waitForURL((url) => url.origin === origin && url.pathname === pathname)
}

const text = (page: Page, selector = 'main') => page.textContent(selector)

describe.each([
  ['with scripts', true],
  ['without', false],
])('a failed email, %s', (_, javaScriptEnabled) => {
  it('is found, understood, run again and seen to be done by keyboard alone', async () => {
    const n = javaScriptEnabled ? 1 : 2
    if (n === 2) await refusedEmail(world.system, 2)
    const { page, context } = await opened(browser, { javaScriptEnabled })
    await signIn(page, 'ada-operator')
    await follow(page, /^Failures$/)
    expect(await text(page)).toContain('Notify refuses this email: address or template')
    await follow(page, /^Retry all 1 of notify-400 at send-email$/)
    expect(await text(page, '#foreseen')).toContain('1 retried')
    await follow(page, /^Retry dead letters now$/)
    expect(new URL(page.url()).pathname).toMatch(/^\/actions\//)
    await untilTask(world.system, n, 'COMPLETE')
    await follow(page, /^Look again$/)
    expect(await text(page, '#became')).toBe('1 done.')
    await context.close()
  }, 120_000)
})

describe('without scripts', () => {
  it('each page has what it has with them, and its forms work', async () => {
    const { page, context } = await opened(browser, { javaScriptEnabled: false })
    await signIn(page, 'ada-operator', '/search')
    await page.fill('#q', claimIds(1).Reference)
    await page.click('main button[type=submit]')
    expect(new URL(page.url()).pathname).toBe(`/journey/${claimIds(1).Reference}`)
    await page.goto(at('/do/pause-handler?input={"handler":"archive-claim"}'))
    await page.fill('#reason', 'a release')
    await page.click('main button[type=submit]')
    expect(await text(page)).toContain('archive-claim is paused: a release')
    await page.goto(at('/replay'))
    await page.check('#subject-1', { force: true })
    await page.click('main button[type=submit]')
    expect(new URL(page.url()).pathname).toBe('/do/replay-stretch')
    await page.click('.console-header__button')
    await page.click('button[name=logout]')
    await page.waitForURL(at('/signed-out*'))
    await page.goto(at('/'))
    expect(page.url().startsWith(world.issuer.url)).toBe(true)
    await context.close()
  })
})

describe('whoever only looks', () => {
  it('is refused what changes something, and that is logged and written down', async () => {
    const { page, context } = await opened(browser)
    await signIn(page, 'bob-viewer', '/do/pause-handler?input={%22handler%22:%22send-email%22}')
    expect(await text(page)).toContain('This is for the role operator')
    // As if the page had the form: its token is in the one by which one signs out.
    const token = await page.inputValue('input[name=_token]')
    const answer = await page.request.post(at('/do/pause-handler'), {
      form: { _token: token, input: '{"handler":"send-email"}' },
    })
    expect(answer.status()).toBe(403)
    expect(world.logged).toContainEqual(
      expect.objectContaining({ msg: 'refused', page: '/do/pause-handler', person: 'bob-viewer' }),
    )
    await page.goto(at('/actions'))
    expect(await text(page, 'tbody tr')).toContain('bob-viewer')
    expect(await text(page, 'tbody tr')).toContain('Refused')
    await context.close()
  })

  it('sends no form that is not of these pages', async () => {
    const { page, context } = await opened(browser)
    await signIn(page, 'eve-operator', '/held-up')
    const forged = { input: '{"handler":"send-email"}', _token: 'guessed' }
    const answer = await page.request.post(at('/do/pause-handler'), { form: forged })
    expect([answer.status(), await answer.text()]).toEqual([403, expect.stringContaining('not one of yours')])
    await page.goto(at('/held-up'))
    expect(await page.getByRole('link', { name: 'Pause send-email' }).count()).toBe(1)
    await context.close()
  })
})

describe('a reference that is a script', () => {
  it('is text on every page that shows it', async () => {
    const script = '<script>'
    await refusedEmail(world.system, 3, script)
    const { page, context } = await opened(browser)
    const ran: string[] = []
    page.on('pageerror', ({ message }) => ran.push(message))
    await signIn(page, 'ada-viewer', '/tasks')
    for (const path of ['/tasks', `/tasks?reference=${encodeURIComponent(script)}`, `/search?q=${script}`]) {
      await page.goto(at(path))
      expect({ path, found: (await text(page))?.includes(script) }).toEqual({ path, found: true })
    }
    for (const path of ['/failures', `/journey/${encodeURIComponent(script)}`]) await page.goto(at(path))
    expect(await page.locator('main script').count()).toBe(0)
    expect(ran).toEqual([])
    await context.close()
  }, 120_000)
})

describe('with NATS away', () => {
  it('every page says so, and shows what the database knows', async () => {
    const { page, context } = await opened(browser)
    await signIn(page, 'ada-operator')
    await world.system.nats.stop()
    await until('it is noticed', async () => {
      await page.goto(at('/'))
      return (await page.locator('.console-away').count()) === 1
    })
    const { Reference } = claimIds(1)
    const all = ['/', '/failures', '/search', `/journey/${Reference}`, '/held-up', '/tasks', '/payments']
    for (const path of [...all, '/jobs', '/actions', '/replay', '/streams', '/streams/NOTIFICATIONS']) {
      const answer = await page.goto(at(path))
      const away = await page.locator('.console-away').count()
      expect({ path, status: answer?.status(), away }).toEqual({ path, status: 200, away: 1 })
    }
    await page.goto(at(`/journey/${Reference}`))
    expect(await text(page)).toContain('SEND-CLAIM-NOTIFICATION')
    await page.goto(at('/tasks'))
    expect(await text(page)).toContain('IntSchema.Task')
    await context.close()
  }, 120_000)
})
