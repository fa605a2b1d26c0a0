import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { findNatsServer } from '../../testing/nats-server/index.js'
import { allPermissions, chartValues, configFolder, limits, makeKeys } from './index.js'

interface Values {
  readonly config: { readonly merge: Readonly<Record<string, unknown>> }
  readonly container: { readonly env: Readonly<Record<string, unknown>> }
}
const values = parse(chartValues(allPermissions())) as Values

/** As NATS' own chart writes it: JSON, in which what stands between the marks is the server's own language. */
const asTheChartWrites = (config: object): string =>
  JSON.stringify(config, null, 2).replaceAll(/"<< (.*?) >>"/g, '$1')

describe("the values for NATS' own chart", () => {
  it('have the limits of nats-server.conf', async () => {
    const text = await readFile(join(configFolder, 'nats-server.conf'), 'utf8')
    const set = Object.keys(limits).map((name) => [
      name,
      new RegExp(`^${name}: "?([\\w.]+)"?$`, 'm').exec(text)?.[1],
    ])
    expect(Object.fromEntries(set)).toEqual(
      Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, String(value)])),
    )
  })

  it('are a configuration that nats-server takes, with a key for each user', async () => {
    const binary = await findNatsServer()
    if (binary.kind !== 'program') return
    const folder = await mkdtemp(join(tmpdir(), 'nats-values-'))
    try {
      const file = join(folder, 'nats.conf')
      await writeFile(file, asTheChartWrites({ ...values.config.merge, jetstream: { store_dir: folder } }))
      const { publicKeys } = makeKeys(join(folder, 'keys'))
      expect(Object.keys(values.container.env).sort()).toEqual(Object.keys(publicKeys).sort())
      const run = promisify(execFile)(binary.path, ['-t', '-c', file], { env: publicKeys })
      expect((await run).stderr).toContain('is valid')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
