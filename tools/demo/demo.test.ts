import { describe, expect, it } from 'vitest'
import { claimOfKind, type ClaimEnd } from '../../testing/simulators/external-web-app/index.js'
import { readArguments, UsageError } from './arguments.js'
import type { ClaimResult } from './claims.js'
import { Progress } from './progress.js'
import { percentile, summary, table } from './report.js'
import { DemoFailure, waitUntil } from './wait.js'

describe('readArguments', () => {
  it('has defaults, takes a number, and knows when help is wanted', () => {
    expect(readArguments([])).toEqual({ claims: 24, exit: false, processes: false })
    const all = ['--claims', '6', '--exit', '--processes']
    expect(readArguments(all)).toEqual({ claims: 6, exit: true, processes: true })
    expect(readArguments(['--help'])).toBeUndefined()
  })

  it.each([['0'], ['-1'], ['1.5'], ['10001'], ['many']])('refuses --claims=%s', (claims) => {
    expect(() => readArguments([`--claims=${claims}`])).toThrow(UsageError)
  })

  it('refuses what it does not know', () => {
    expect(() => readArguments(['--clams', '6'])).toThrow(UsageError)
    expect(() => readArguments(['6'])).toThrow(UsageError)
  })
})

describe('report', () => {
  const claim = claimOfKind('repeat-passing', 1, '2026-11-18 10:30:00.000')
  const end: ClaimEnd = {
    status: 'AUTO-APPROVED',
    events: claim.expected.events,
    cost: claim.expectedCost,
    waits: false,
    leftOutside: false,
    failedTasks: [],
    emails: claim.expected.emails.map((template) => ({ template, address: claim.expectedAddress })),
    checked: true,
  }
  const right: ClaimResult = { claim, end, waited: false, ms: 120, wrong: [] }

  it('has a line for each claim, in columns', () => {
    const waited = { ...right, waited: true, ms: 1_500 }
    const wrong = { ...right, end: { ...end, status: undefined }, ms: undefined, wrong: ['has not ended'] }
    expect(table([right, waited, wrong])).toBe(
      [
        '  reference  claim                      decision                         emails                   ms',
        '  X000001    repeat, passes every rule  AUTO-APPROVED, at once           submit, accepted-bank   120  ok',
        '  X000001    repeat, passes every rule  AUTO-APPROVED, by the daily run  submit, accepted-bank  1500  ok',
        '  X000001    repeat, passes every rule  not moved in                     submit, accepted-bank     -  WRONG',
      ].join('\n'),
    )
  })

  it('sums up without those that waited, and tells what is wrong', () => {
    const results = [right, { ...right, ms: 180 }, { ...right, waited: true, ms: 9_000 }]
    expect(summary(results, 1.23)).toContain('3 claims in 1.2 s: every one of them ended as its input says')
    expect(summary(results, 1.23)).toContain('p50 120 ms, p99 180 ms')
    expect(summary(results, 1.23)).toContain('waited for the daily run: 1')
    expect(summary([{ ...right, wrong: ['this', 'that'] }], 1)).toContain(
      '1 did NOT end as expected:\n    X000001 (repeat, passes every rule): this; that',
    )
  })

  it('counts percentiles by rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect([percentile(values, 50), percentile(values, 99), percentile([7], 50)]).toEqual([50, 99, 7])
  })
})

describe('Progress', () => {
  const output = (isTTY: boolean) => {
    const written: string[] = []
    return { isTTY, columns: 20, written, write: (text: string) => written.push(text) }
  }

  it('redraws its line on a terminal, cut to its width, under the lines that stay', () => {
    const terminal = output(true)
    const progress = new Progress(terminal)
    progress.show('one')
    progress.show('two, which is too long for it')
    progress.tell('stays')
    progress.keep()
    expect(terminal.written).toEqual([
      'one',
      '\r\u001b[2K',
      'two, which is too l',
      '\r\u001b[2K',
      'stays\n',
      'two, which is too l',
      '\n',
    ])
  })

  it('elsewhere prints what is new, not often, and the last of it', () => {
    const file = output(false)
    const progress = new Progress(file)
    progress.show('one', '0 s ')
    progress.show('one', '1 s ')
    progress.show('two', '2 s ')
    progress.keep()
    expect(file.written).toEqual(['0 s one\n', '2 s two\n'])
  })
})

describe('waitUntil', () => {
  const never = () => Promise.resolve(false)
  const { signal } = new AbortController()

  it('ends with what is missing, or with the reason it is told to end for', async () => {
    await waitUntil(() => Promise.resolve(true), { signal, limitMs: 0, missing: () => '' })
    const late = waitUntil(never, { signal, limitMs: 0, missing: () => 'the notifier' })
    await expect(late).rejects.toThrow(new DemoFailure('not done after 0 s: the notifier'))
    const reason = new Error('stop')
    const told = waitUntil(never, { signal: AbortSignal.abort(reason), limitMs: 9, missing: () => '' })
    await expect(told).rejects.toBe(reason)
  })
})
