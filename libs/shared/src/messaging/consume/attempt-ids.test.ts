import { describe, expect, it } from 'vitest'
import { attemptIds, type Attempt } from './attempt-ids.js'

const first: Attempt = {
  consumer: 'send-email',
  stream: 'NOTIFICATIONS',
  sequence: 7,
  count: 1,
  message: { storedAt: '1795333407370149944' },
}
const traceId = '0af7651916cd43dd8448eb211c80319c'

describe('the ids of a delivery’s span', () => {
  it('let the next delivery say which one it follows', () => {
    const { spanId, before } = attemptIds(first, traceId)
    expect(spanId).toMatch(/^[0-9a-f]{16}$/)
    expect(before).toBeUndefined()
    expect(attemptIds({ ...first, count: 2 }, traceId).before).toBe(`00-${traceId}-${spanId}-01`)
  })

  it.each([
    ['another delivery', { count: 2 }],
    ['another consumer', { consumer: 'record-exhausted' }],
    ['another message', { sequence: 8 }],
    ['a message in its place after the store was lost', { message: { storedAt: '1795333407370149945' } }],
  ])('are others for %s', (_, other) => {
    expect(attemptIds({ ...first, ...other }, traceId).spanId).not.toBe(attemptIds(first, traceId).spanId)
  })

  it('are of one trace for all deliveries of a message that nobody traced', () => {
    const ids = [first, { ...first, count: 2 }, { ...first, consumer: 'another' }].map((each) =>
      attemptIds(each),
    )
    expect(new Set(ids.map((each) => each.traceId)).size).toBe(1)
    expect(ids[0]?.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[1]?.before).toBe(`00-${ids[0]?.traceId}-${ids[0]?.spanId}-01`)
  })
})
