import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { ShellCommand } from './support/shell.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'crash-'))
const person = 'Mirabel Oake, mirabel@example.org'

/** A service with something in it that nobody catches. */
const program = (crash: string): string => `
  const { runServices } = await import('${root}dist/libs/shared/src/service/index.js')
  const { OwnError } = await import('${root}dist/libs/shared/src/logging/index.js')
  const foreign = () => Object.assign(new Error('${person}'), { code: 'EODD' })
  class App { onModuleInit() { ${crash} } }
  await runServices([{ name: 'crasher', port: 0, module: async () => App, settings: async () => [] }])`

describe('a service that ends of an error nobody caught', () => {
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    ['as it starts', 'throw foreign()', /"name":"Error","code":"EODD","at":/],
    ['later', 'setTimeout(() => { throw foreign() })', /"name":"Error","code":"EODD","at":/],
    ['in a promise', 'void Promise.reject(foreign())', /"name":"Error","code":"EODD","at":/],
    ['that is a text', `void Promise.reject('${person}')`, /"code":"ERR_UNHANDLED_REJECTION"/],
    ['of ours', `throw new OwnError('the template is missing')`, /^crasher: the template is missing$/m],
    [
      'of ours, which another one caused',
      `throw new OwnError('the template is missing', { cause: foreign() })`,
      /"says":"the template is missing","at":"[^"]*","cause":\{"name":"Error","code":"EODD"/,
    ],
  ])('%s says where, in words of ours only', async (_, crash, says) => {
    const env = { PATH: process.env.PATH, DATA_DIR: folder, NATS_URL: '127.0.0.1:1', PROGRAM: program(crash) }
    const line = `${process.execPath} --input-type=module --eval "$PROGRAM"`
    const { code, out } = await new ShellCommand(line, root, env).ended
    expect(code).toBe(1)
    expect(out).toMatch(says)
    expect(out).not.toContain('irabel')
  })
})
