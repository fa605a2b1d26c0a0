import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from '../../testing/chromium/index.js'
import { projectRoot } from '../../tools/project-root.js'

/** As root, and in a container, its sandbox cannot be had. */
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']

/** Debian's Chromium, without a window. */
export async function startBrowser(): Promise<Browser> {
  const { path } = await findChromium()
  return chromium.launch({ executablePath: path, args })
}

/** A page in a window so wide, into which the tests may bring axe-core in spite of the pages' own policy. */
export async function opened(
  browser: Browser,
  { width = 1280, ...options }: { width?: number; javaScriptEnabled?: boolean } = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({
    ...{ viewport: { width, height: 900 }, bypassCSP: true, timezoneId: 'Europe/London', ...options },
  })
  return { page: await context.newPage(), context }
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface AxeRun {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>
}

/** What axe-core finds on a page, in a line each. */
export async function findings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath })
  const text = `(${String(async (tags: string[]) => {
    const { axe } = globalThis as unknown as { axe: AxeRun }
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  })})(${JSON.stringify(wcag)})`
  return page.evaluate<string[]>(text)
}

/** What sticks out to the right of the window, in a line each. */
export const stickingOut = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`
    [...document.querySelectorAll('body *')]
      .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      // What only screen readers have: on a narrow screen each cell says its heading itself.
      .filter((each) => !each.closest('.govuk-visually-hidden, .govuk-skip-link, [hidden], thead'))
      .filter((each) => getComputedStyle(each).position !== 'absolute' && each.offsetParent !== null)
      .map((each) => each.outerHTML.slice(0, 120))
      .concat(document.documentElement.scrollWidth > document.documentElement.clientWidth ? ['the page'] : [])`)

const screenshots = join(projectRoot, 'docs/console')

/** Writes what the window shows into docs/console, where SCREENSHOTS asks for it. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  if (!process.env.SCREENSHOTS) return
  await page.evaluate('document.fonts.ready')
  await mkdir(screenshots, { recursive: true })
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 50 })
  await writeFile(join(screenshots, `${name}.webp`), Buffer.from(data, 'base64'))
}

/** Goes on with Tab until what has the focus says so. */
export async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  for (let step = 0; step < 200; step++) {
    await page.keyboard.press('Tab')
    const text = await page.evaluate<string>(
      "(() => { const e = document.activeElement; return e.getAttribute('aria-label') ?? (e.innerText || e.id) })()",
    )
    if (wanted.test(text)) return
  }
  throw new Error(`the keyboard does not reach ${String(wanted)} on ${page.url()}`)
}

/** Goes to a link or a button by keyboard, and follows it. */
export async function follow(page: Page, wanted: RegExp): Promise<void> {
  await tabTo(page, wanted)
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
}
