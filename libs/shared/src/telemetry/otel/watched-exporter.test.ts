import { describe, expect, it, vi } from 'vitest'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'
import { Log } from '../../logging/index.js'
import { WatchedExporter } from './watched-exporter.js'

const minute = 60_000
const three = [{}, {}, {}] as ReadableSpan[]

function watched() {
  const lines: { msg: string; count?: number; reason?: string }[] = []
  const log = Log.create('test', 'info', { write: (line) => lines.push(JSON.parse(line) as never) })
  let away = false
  const exporter: SpanExporter = {
    export: (_, answer) =>
      answer(
        away ? { code: 1, error: Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }) } : { code: 0 },
      ),
    shutdown: () => Promise.resolve(),
  }
  return { exporter: new WatchedExporter(exporter, log), lines, set: (is: boolean) => (away = is) }
}

describe('a collector that is away', () => {
  it('is told of once a minute, with what was lost meanwhile, and when it is back', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0)
    const { exporter, lines, set } = watched()
    const answers: number[] = []
    const send = () => exporter.export(three, ({ code }) => answers.push(code))
    send()
    expect(lines).toEqual([])
    set(true)
    for (let i = 0; i < 100; i++) send()
    expect(lines.map(({ count, reason }) => ({ count, reason }))).toEqual([
      { count: 3, reason: 'Error-ECONNREFUSED' },
    ])
    now.mockReturnValue(minute)
    send()
    expect(lines.at(-1)).toMatchObject({ count: 300, reason: 'Error-ECONNREFUSED' })
    set(false)
    send()
    send()
    expect(lines).toHaveLength(3)
    expect(lines.at(-1)?.msg).toBe('the collector takes traces again')
    expect(answers).toEqual([0, ...Array.from({ length: 101 }, () => 1), 0, 0])
    expect(JSON.stringify(lines)).not.toContain('secret')
    now.mockRestore()
  })
})
