import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { policies, type DeliveryPolicy } from '#shared/messaging'
import { consumersOf } from '../tools/nats-config/index.js'
import { serviceNames } from '../tools/services/index.js'

const page = readFileSync(new URL('../docs/policies.md', import.meta.url), 'utf8')

/** `90 s`, `10 min`. */
const duration = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`)

function cells(name: string, policy: DeliveryPolicy): string[] {
  const { attempts, backoff, timeOutMs, concurrency, rateLimit, upstream } = policy
  return [
    `\`${name}\``,
    String(attempts),
    `${duration(backoff.baseMs)} to ${duration(backoff.capMs)}`,
    duration(timeOutMs),
    rateLimit ? `${rateLimit.max} in ${duration(rateLimit.everyMs)}` : '',
    String(concurrency),
    upstream ?? '',
  ]
}

const documented = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

describe('docs/policies.md', () => {
  it('says what the code does', () => {
    expect(documented).toEqual(Object.entries(policies).map(([name, policy]) => cells(name, policy)))
  })

  it('has every handler there is', () => {
    const handlers = serviceNames.flatMap(consumersOf).map(({ name }) => name)
    expect(documented.map(([name]) => name?.replaceAll('`', '')).sort()).toEqual(handlers.sort())
  })
})
