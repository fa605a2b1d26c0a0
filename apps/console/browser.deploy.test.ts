import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { notifyError } from '../../simulators/index.js'
import { claimIds, people, pendingTask, rowId, settledClaimant } from '../../test/support/claim-rows.js'
import { insertRows } from '../../test/support/rows.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'
import { findChromium } from '../../tools/chromium/index.js'
import { projectRoot } from '../../tools/project-root.js'
import { startConsole, type RunningConsole } from './src/start-console.js'

let system: System
let web: RunningConsole
let browser: Browser

beforeAll(async () => {
  system = await System.start({ services: ['task-relay', 'notifier'] })
  web = await startConsole({
    env: { ...system.database.env, ...system.nats.envOf('console'), LOG_LEVEL: 'silent' },
    port: 0,
    clock: system.clock,
  })
  const { path } = await findChromium()
  // As root, and in a container, its sandbox cannot be had.
  browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu'] })
  await refusedEmail(1)
}, 300_000)
afterAll(async () => {
  await browser.close()
  await web.stop()
  await system.stop()
})

const emailTask = (n: number) =>
  pendingTask(n, 'SEND-CLAIM-NOTIFICATION', {
    AdditionalData: people(n).visitor.EmailAddress,
    ClaimId: claimIds(n).ClaimId - 1,
  })

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

const pages = {
  now: '/',
  failures: '/failures',
  search: '/search',
  journey: `/journey/${claimIds(1).Reference}`,
  'held-up': '/held-up',
  tasks: '/tasks',
  payments: '/payments',
  jobs: '/jobs',
  actions: '/actions',
  preview: `/do/pause-handler?input=${encodeURIComponent('{"handler":"send-email"}')}`,
  replay: '/replay',
  streams: '/streams',
  stream: '/streams/NOTIFICATIONS',
} as const

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe-core finds on a page, in a line each. */
async function findings(page: Page): Promise<string[]> {
  const text = `(${String(async (tags: string[]) => {
    const { axe } = globalThis as unknown as { axe: AxeRun }
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  })})(${JSON.stringify(wcag)})`
  return page.evaluate<string[]>(text)
}

interface AxeRun {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
}

/** A page in a window so wide, into which the tests may bring axe-core in spite of the pages' own policy. */
async function opened(width: number, options: object = {}): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true, ...options })
  return { page: await context.newPage(), context }
}

const screenshots = join(projectRoot, 'docs/console')
const at = (path: string) => `${web.url}${path}`

describe.each([320, 1280])('every page, %i px wide', (width) => {
  it.each(Object.entries(pages))(
    '%s is accessible, and nothing of it runs over its edge',
    async (name, path) => {
      const { page, context } = await opened(width)
      await page.goto(at(path))
      await page.addScriptTag({ path: axePath })
      expect(await findings(page)).toEqual([])
      const [content, window] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      )
      expect(content).toBeLessThanOrEqual(window)
      if (process.env.SCREENSHOTS) {
        await mkdir(screenshots, { recursive: true })
        await page.screenshot({
          path: join(screenshots, `${name}-${width}.jpg`),
          type: 'jpeg',
          quality: 40,
          fullPage: width > 320,
        })
      }
      await context.close()
    },
  )
})

/** Goes on with Tab until what has the focus says so. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  for (let step = 0; step < 200; step++) {
    await page.keyboard.press('Tab')
    const text = await page.evaluate<string>(
      "(() => { const e = document.activeElement; return e.getAttribute('aria-label') ?? (e.innerText || e.id) })()",
    )
    if (wanted.test(text)) return
  }
  throw new Error(`the keyboard does not reach ${String(wanted)} on ${page.url()}`)
}

describe.each([
  ['with scripts', true],
  ['without', false],
])('a failed email, %s', (_, javaScriptEnabled) => {
  it('is found, understood, run again and seen to be done by keyboard alone', async () => {
    const n = javaScriptEnabled ? 1 : 2
    if (n === 2) await refusedEmail(2)
    const { page, context } = await opened(1280, { javaScriptEnabled })
    await page.goto(at('/'))
    const go = async (wanted: RegExp) => {
      await tabTo(page, wanted)
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
    }
    await go(/^Failures$/)
    expect(await page.textContent('main')).toContain('Notify refuses this email: address or template')
    await go(/^Retry all 1 of notify-400 at send-email$/)
    expect(await page.textContent('#foreseen')).toContain('1 retried')
    await go(/^Retry dead letters now$/)
    expect(new URL(page.url()).pathname).toMatch(/^\/actions\//)
    await untilTask(n, 'COMPLETE')
    await go(/^Look again$/)
    expect(await page.textContent('#became')).toBe('1 done.')
    await context.close()
  }, 120_000)
})

describe('with NATS away', () => {
  it('every page says so, and shows what the database knows', async () => {
    const { page, context } = await opened(1280)
    await system.nats.stop()
    await until('it is noticed', async () => {
      await page.goto(at('/'))
      return (await page.locator('.console-away').count()) === 1
    })
    for (const path of Object.values(pages)) {
      const answer = await page.goto(at(path))
      expect({ path, away: await page.locator('.console-away').count() }).toEqual({ path, away: 1 })
      if (!path.startsWith('/do/')) expect({ path, status: answer?.status() }).toEqual({ path, status: 200 })
    }
    await page.goto(at(pages.journey))
    expect(await page.textContent('main')).toContain('SEND-CLAIM-NOTIFICATION')
    await context.close()
  }, 120_000)
})
