import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Log } from '#shared/logging'
import { ServiceState } from '#shared/service'
import { Pace } from './pace.js'
import type { Relayed } from './relay-tasks/task-relay.service.js'
import { RelayLoop } from './relay-loop.js'
import { TaskRelaySettings } from './task-relay.settings.js'

// Where a test takes a turn, a look would have begun by then if one were to.
type Parts = ConstructorParameters<typeof RelayLoop>

type EndLook = (more?: boolean, found?: boolean, moment?: string) => void

/** The loop with a relay whose looks end when the test says so, and a NATS that says what the test says. */
function start(pollMs = 3_600_000) {
  const released: string[] = []
  let isMoreDue = () => false
  const looks: EndLook[] = []
  let arrived: () => void = () => undefined
  const relay = {
    relay: () =>
      new Promise<Relayed>((end) => {
        looks.push((more = false, found = false, moment) =>
          end({ found, more, defers: moment !== undefined, moment }),
        )
        arrived()
      }),
    writeDown: () => Promise.resolve(),
    finish: () => Promise.resolve(),
  }
  const pace = new Pace(pollMs)
  let notice: (error: Error | null) => void = () => undefined
  let reconnect: () => void = () => undefined
  const nats = {
    core: { subscribe: (_: string, { callback }: { callback: typeof notice }) => (notice = callback) },
    isConnected: true,
    onReconnect: (listener: () => void) => (reconnect = listener),
  }
  const state = new ServiceState()
  const loop = new RelayLoop(
    relay as unknown as Parts[0],
    { release: (first: string) => Promise.resolve(released.push(first) > 0 && isMoreDue()) } as Parts[1],
    { advance: () => Promise.resolve(pollMs) } as unknown as Parts[2],
    { republish: () => Promise.resolve() } as Parts[3],
    nats as unknown as Parts[4],
    new TaskRelaySettings({ RELAY_POLL_MS: String(pollMs) }),
    pace,
    state,
    Log.create('test', 'silent'),
  )
  loop.onApplicationBootstrap()
  state.ready()
  return {
    looks,
    pace,
    /** The moments of which the loop asked what is due. */
    released,
    moreIsDue: (is: () => boolean) => (isMoreDue = is),
    /** Resolves with the `count`th look. */
    async look(count: number): Promise<EndLook> {
      while (looks.length < count) await new Promise<void>((resolve) => (arrived = resolve))
      return looks[count - 1] ?? (() => undefined)
    },
    notice: (error: Error | null = null) => notice(error),
    reconnect: () => reconnect(),
    stop: () => loop.beforeApplicationShutdown(),
  }
}

describe('the relay, an hour between two looks', () => {
  it('looks once for many notices, and once more for those that came during the look', async () => {
    const loop = start()
    ;(await loop.look(1))()
    await turn()
    expect(loop.looks).toHaveLength(1)
    for (let i = 0; i < 100; i++) loop.notice()
    const second = await loop.look(2)
    for (let i = 0; i < 100; i++) loop.notice()
    expect(loop.looks).toHaveLength(2)
    second()
    ;(await loop.look(3))()
    await turn()
    expect(loop.looks).toHaveLength(3)
    await loop.stop()
  })

  it('looks again at once where there was more than it took', async () => {
    const loop = start()
    ;(await loop.look(1))(true)
    ;(await loop.look(2))()
    await loop.stop()
  })

  it('looks again at once where more is due than was released, and soon while something waits', async () => {
    const loop = start()
    const ends = [true, false, false]
    loop.moreIsDue(() => ends.shift() ?? false)
    ;(await loop.look(1))(false, false, '2026-11-20 09:30:00.000')
    ;(await loop.look(2))(false, false, '2026-11-20 09:30:01.000')
    // Not after an hour.
    ;(await loop.look(3))()
    await turn()
    expect(loop.looks).toHaveLength(3)
    expect(loop.released).toEqual(['2026-11-20 09:30:00.000', '2026-11-20 09:30:01.000'])
    await loop.stop()
  })

  it('looks when NATS is back, for what was said meanwhile, and not for a notice that is an error', async () => {
    const loop = start()
    ;(await loop.look(1))()
    loop.notice(new Error('permission violation'))
    await turn()
    expect(loop.looks).toHaveLength(1)
    loop.reconnect()
    ;(await loop.look(2))()
    await loop.stop()
  })
})

describe('the relay, a millisecond between two looks', () => {
  it('looks more rarely once it was told, and as often as before where it found rows of which nobody had told', async () => {
    const loop = start(1)
    ;(await loop.look(1))(false, true)
    const second = await loop.look(2)
    loop.notice()
    expect(loop.pace.waitMs).toBe(10)
    second()
    ;(await loop.look(3))(false, true)
    const byTime = await loop.look(4)
    expect(loop.pace.waitMs).toBe(10)
    byTime(false, true)
    ;(await loop.look(5))()
    expect(loop.pace.waitMs).toBe(1)
    await loop.stop()
  })

  it('looks as often as before once notices are not heard', async () => {
    const loop = start(1)
    ;(await loop.look(1))()
    loop.notice()
    expect(loop.pace.waitMs).toBe(10)
    loop.notice(new Error('permission violation'))
    expect(loop.pace.waitMs).toBe(1)
    await loop.stop()
  })
})
