import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../project-root.js'
import { bundle } from './bundle.js'
import { keep } from './keep.js'

const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
afterAll(() => rmSync(folder, { recursive: true }))

// This bundles what was built: `npm test` builds first, and so must whoever runs this file alone.
describe('a bundled program', () => {
  it('says of an error where in our sources it came from', async () => {
    const built = join(projectRoot, 'dist')
    const into = join(folder, 'programs')
    const modules = { clock: 'libs/shared/src/clock/index.js' }
    const files = await bundle({ programs: {}, modules }, built, into)
    expect(
      files.filter(({ path, contents }) => path.endsWith('.map') && contents.includes('node_modules/')),
    ).toEqual([])
    expect(files.filter(({ path, contents }) => path.endsWith('.js') && /[^\0-\x7f]/.test(contents))).toEqual(
      [],
    )
    await keep(files, into)
    const fails = [
      'process.setSourceMapsEnabled(true)',
      `const { fromLondon } = await import(${JSON.stringify(join(into, 'clock.js'))})`,
      "try { fromLondon('no time') } catch ({ stack }) { console.log(stack) }",
    ]
    const stack = execFileSync(process.execPath, ['--input-type=module', '-e', fails.join('\n')], {
      encoding: 'utf8',
    })
    expect(stack).toMatch(/at .*libs\/shared\/src\/clock\/[\w-]+\.ts:\d+:\d+/)
  })
})

describe('the folder of a bundle', () => {
  it('keeps what a running program may still load, for a day', async () => {
    const into = join(folder, 'kept')
    await mkdir(into)
    const days = { old: 2, recent: 0.5, wanted: 2 }
    for (const [name, age] of Object.entries(days)) {
      const then = new Date(Date.now() - age * 86_400_000)
      await writeFile(join(into, name), 'before')
      await utimes(join(into, name), then, then)
    }
    await keep([{ path: join(into, 'wanted'), contents: 'now' }], into)
    expect((await readdir(into)).sort()).toEqual(['recent', 'wanted'])
    expect(await readFile(join(into, 'wanted'), 'utf8')).toBe('now')
  })
})
