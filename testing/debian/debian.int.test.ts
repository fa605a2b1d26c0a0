import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram, isAtLeast, NoProgram, type DebianProgram } from './index.js'

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'debian-test-'))))
afterAll(() => rm(folder, { recursive: true }))

/** In a suite that does not exist, so that nothing is fetched. */
const greeter: DebianProgram = {
  name: 'greeter',
  package: 'hello',
  suites: ['no-such-suite'],
  variable: 'GREETER_BIN',
  checkVersion: (path) =>
    path.includes('broken') ? Promise.reject(new Error(`${path} is broken`)) : Promise.resolve('1.0'),
}

async function placed(where: string): Promise<string> {
  const path = join(folder, where, 'greeter')
  await mkdir(join(folder, where))
  await writeFile(path, '#!/bin/sh\n')
  await chmod(path, 0o755)
  return path
}

// The PATH, and a variable that names what is no use, are tried with nats-server.
describe('finding a program', () => {
  it('takes the one in the cache', async () => {
    const path = await placed('cache')
    const found = await findProgram(greeter, { env: {}, cacheFolder: join(folder, 'cache') })
    expect(found).toEqual({ path, version: '1.0', source: 'cache' })
  })

  it('says where it has looked, and leaves nothing behind', async () => {
    await placed('broken')
    const looking = findProgram(greeter, { env: {}, cacheFolder: join(folder, 'broken') })
    const error = await looking.catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(NoProgram)
    const { message, tried } = error as NoProgram
    expect(message).toMatch(/^No greeter .* name it in GREETER_BIN\./)
    expect(tried).toEqual([
      '  PATH: none',
      expect.stringMatching(/^ {2}cache: .*is broken$/),
      '  Debian package: no-such-suite: apt-get update: the repository has no such suite',
    ])
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('greeter-'))).toEqual([])
    expect(await readdir(join(folder, 'broken'))).toEqual(['greeter'])
  }, 120_000)
})

describe('comparing versions', () => {
  it.each([
    ['2.10.27', '2.10', true],
    ['2.9.25', '2.10', false],
    ['3.0.1', '2.10', true],
    ['1.99.0', '2.10', false],
  ])('%s is at least %s: %s', (version, minimum, is) => {
    expect(isAtLeast(version, minimum)).toBe(is)
  })
})
