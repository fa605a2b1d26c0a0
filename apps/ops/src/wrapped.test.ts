import { describe, expect, it } from 'vitest'
import { commands } from './commands/index.js'
import { ops } from './ops.js'
import { wrapped } from './wrapped.js'

describe('a text on a terminal', () => {
  it('goes on under its beginning', () => {
    expect(wrapped('  fire ', '<job> [--date YYYY-MM-DD]')).toBe('  fire <job> [--date YYYY-MM-DD]')
    const long = wrapped('  fire ', `${'x'.repeat(60)} [--date YYYY-MM-DD] and more`)
    expect(long).toBe(`  fire ${'x'.repeat(60)}\n      [--date YYYY-MM-DD] and more`)
    expect(wrapped('   ', `${'word '.repeat(16)}`)).toBe(`   ${'word '.repeat(15).trim()}\n   word`)
  })

  it('may have a word that is longer', () => {
    expect(wrapped('  ', `a ${'x'.repeat(90)} b`)).toBe(`  a\n  ${'x'.repeat(90)}\n  b`)
    expect(wrapped('', '')).toBe('')
  })
})

describe('the help', () => {
  it.each([[[]], ...Object.keys(commands).map((name) => [[name]])])('of %j fits 80 columns', async (args) => {
    const printed: string[] = []
    const code = await ops([...args, '--help'], {
      env: {},
      out: (text) => printed.push(...text.split('\n')),
      err: (text) => printed.push(`unexpected: ${text}`),
    })
    expect(code).toBe(0)
    expect(printed.length).toBeGreaterThan(1)
    expect(printed.filter((line) => line.length > 80 || line.startsWith('unexpected'))).toEqual([])
  })
})
