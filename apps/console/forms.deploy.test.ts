import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { readEndpoints } from '#shared/operations'
import { findings, follow, opened, startBrowser, stickingOut, tabTo } from '../../test/support/browser.js'
import { System } from '../../test/support/system.js'
import { startConsole, type RunningConsole } from './src/start-console.js'

let system: System
let web: RunningConsole
let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
  system = await System.start({ services: [] })
  const env = { ...system.database.env, ...system.nats.envOf('console'), LOG_LEVEL: 'silent' }
  web = await startConsole({ env, port: 0, clock: system.clock })
}, 400_000)
afterAll(async () => {
  await browser?.close()
  await web?.stop()
  await system?.stop()
})

const look = async (page: Page) => ({ stickingOut: await stickingOut(page), byAxe: await findings(page) })
const well = { stickingOut: [], byAxe: [] }
const type = async (page: Page, field: RegExp, text: string) => {
  await tabTo(page, field)
  await page.keyboard.type(text)
}
const choose = async (page: Page, field: RegExp) => {
  await tabTo(page, field)
  await page.keyboard.press('Space')
}

describe.each([
  ['with scripts', true, 1280],
  ['without, on a narrow screen', false, 320],
])('an endpoint is added by keyboard alone, %s', (_, javaScriptEnabled, width) => {
  it('its errors are at their fields, and what was typed is kept', async () => {
    const name = `reports-${width}`
    const { page, context } = await opened(browser, { javaScriptEnabled, width })
    await page.goto(`${web.url}/webhooks`)
    await follow(page, /^Add an endpoint$/)
    await type(page, /^field-name$/, name)
    await type(page, /^field-address$/, 'http://reports.example.org/hwpv')
    await type(page, /^field-secret$/, 'reports')
    await follow(page, /^See what it would come to$/)
    if (javaScriptEnabled) expect(await look(page)).toEqual(well)
    else expect(await stickingOut(page)).toEqual([])
    expect(await page.title()).toMatch(/^Error: Add a webhook endpoint/)
    expect(await page.inputValue('#field-name')).toBe(name)
    expect(await page.textContent('#field-events-error')).toContain('Events must have at least one.')
    await tabTo(page, /^Address must begin with https:\/\/\.$/)
    await page.keyboard.press('Enter')
    // What the error leads to is the field itself.
    await page.keyboard.press('Control+A')
    await page.keyboard.type('https://reports.example.org/hwpv')
    await choose(page, /^field-events$/)
    await follow(page, /^See what it would come to$/)
    expect(await page.textContent('#foreseen')).toContain(`added: webhook endpoint ${name}`)
    await type(page, /^reason$/, 'they asked for it')
    await follow(page, /^Add a webhook endpoint now$/)
    expect(await page.textContent('main')).toContain(`added: webhook endpoint ${name}`)
    const [added] = await readEndpoints(system.connection, name)
    expect(added).toMatchObject({
      ...{ address: 'https://reports.example.org/hwpv', events: ['claim.submitted'], secrets: ['reports'] },
    })
    await context.close()
  }, 120_000)
})

it('a target is changed by keyboard alone: what is chosen already is there', async () => {
  const { page, context } = await opened(browser)
  await page.goto(`${web.url}/targets`)
  await follow(page, /^Set up a target$/)
  await type(page, /^field-target$/, 'gias')
  await type(page, /^field-wsdl$/, 'https://gias.example.com/?wsdl')
  await choose(page, /^field-format$/)
  await choose(page, /^field-kinds$/)
  await follow(page, /^See what it would come to$/)
  await type(page, /^reason$/, 'it is to know')
  await follow(page, /^Set up a target now$/)
  await page.goto(`${web.url}/targets/gias`)
  await follow(page, /^Change it: gias$/)
  expect([await page.isChecked('#field-format'), await page.isChecked('#field-kinds')]).toEqual([true, true])
  await choose(page, /^field-kinds-2$/)
  await follow(page, /^See what it would come to$/)
  expect(await page.textContent('#foreseen')).toContain('changed, and is told')
  expect(await look(page)).toEqual(well)
  await type(page, /^reason$/, 'roles, too')
  await follow(page, /^Set up a target now$/)
  await page.goto(`${web.url}/targets/gias`)
  expect(await page.textContent('main')).toContain('user, role')
  await context.close()
}, 120_000)
