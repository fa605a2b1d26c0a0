import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { streams } from '#shared/contracts'
import { macroWorkbook, macroWorkbookParts } from './support/macro-workbook.js'
import { firePayments, paymentJobs, paymentRuns, storedFiles } from './support/payment-runs.js'
import { payableRows } from './support/payment-rows.js'
import { retryLetters } from './support/retry-letters.js'
import { noNats, runOps } from './support/run-ops.js'
import { insertRows } from './support/rows.js'
import { System } from './support/system.js'

const date = '2024-03-13'
const folder = mkdtempSync(join(tmpdir(), 'hwpv-template-'))
const template = join(folder, 'finance.xlsm')
const bad = '<row r="18"><c r="J18"><f t="array" ref="J18:J20">1</f><v>1</v></c></row>'
const words = 'journal template: J19 lies in J18:J20, which an array formula of J18 fills'

let system: System | undefined
afterEach(async () => {
  await system?.stop()
  rmSync(folder, { recursive: true })
}, 60_000)

it('a workbook that would lose a figure is refused as the service starts, and no run reserves anything', async () => {
  writeFileSync(template, macroWorkbook(macroWorkbookParts(bad)))
  system = await System.start({
    ...{ clock: `${date} 00:05:00`, services: ['payment-run'] },
    env: { APVS_ADI_TEMPLATE_PATH: template },
  })
  const { connection, simulators, services } = system
  const log = system.logLines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(log.filter(({ msg }) => msg === words)).toMatchObject([
    { level: 50, reason: 'template-cell-in-foreign-range' },
  ])
  const url = await services.get('payment-run')?.app.getUrl()
  const readiness = await fetch(`${url}/health/readiness`)
  expect(readiness.status).toBe(503)
  expect((await fetch(`${url}/health/rollout`)).status).toBe(503)
  expect(await readiness.json()).toMatchObject({ error: { 'journal-template': { message: words } } })

  await insertRows(connection, payableRows(1, {}))
  await firePayments(system.nats.url, date)
  await system.answered(streams.schedule.name)
  expect(await paymentRuns(connection)).toMatchObject([
    { State: 'STOPPED', LastReason: 'template-cell-in-foreign-range', ClaimsPaid: 0 },
  ])
  expect(await paymentJobs(connection)).toMatchObject([{ State: 'FAILED' }])
  expect(simulators.s3.objects.size).toBe(0)
  const { out } = await runOps(`payments ${date}`, { ...system.database.env, ...noNats })
  expect(out.slice(0, 2)).toEqual([
    expect.stringContaining('STOPPED, last reason template-cell-in-foreign-range'),
    expect.stringContaining('a cell to fill lies in a range of the journal template'),
  ])

  writeFileSync(template, macroWorkbook())
  await system.stopService('payment-run')
  await system.startService('payment-run')
  await retryLetters(system, 'pay-claims')
  await system.answered(streams.schedule.name)
  expect(await paymentRuns(connection)).toMatchObject([{ State: 'SETTLED', TotalPence: 1_000 }])
  expect(Object.keys(storedFiles(simulators.s3))).toHaveLength(3)
})
