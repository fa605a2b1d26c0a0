import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NatsClient } from '../broker/nats-client.js'
import { PullLoop } from './pull-loop.js'

const heartbeat = { reply: '', headers: { code: 100, description: 'Idle Heartbeat' } }
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000)

/** A server that takes every request, and answers only what it is told to. */
class MuteServer {
  asked = 0
  private callback: (error: null, message: unknown) => void = () => undefined

  readonly client = {
    isConnected: true,
    inbox: () => 'inbox',
    onReconnect: () => undefined,
    core: {
      subscribe: (_: string, { callback }: { callback: MuteServer['callback'] }) => {
        this.callback = callback
        return { getSubject: () => 'inbox', unsubscribe: () => undefined }
      },
      publish: () => void this.asked++,
    },
  } as unknown as NatsClient

  says(message: unknown): void {
    this.callback(null, message)
  }
}

describe('a request that nobody answers', () => {
  let server: MuteServer
  let loop: PullLoop
  let said: (string | undefined)[]
  let looked: number

  beforeEach(() => {
    vi.useFakeTimers()
    server = new MuteServer()
    said = []
    looked = 0
    loop = new PullLoop(server.client, {
      ...{ stream: 'CLAIMS', consumer: 'complete-claim', concurrency: 4, workingMs: 1_000 },
      handle: () => Promise.resolve(),
      restore: () => Promise.resolve(++looked > 0),
      onTrouble: (words) => said.push(words),
    })
    loop.start()
  })
  afterEach(async () => {
    await loop.stop(0)
    vi.useRealTimers()
  })

  it('is made anew after two and a half heartbeats, and told of when that stays so', async () => {
    await seconds(12)
    expect([server.asked, said]).toEqual([1, []])
    await seconds(3)
    expect([server.asked, looked, said]).toEqual([2, 1, []])
    await seconds(15)
    expect(said).toEqual(['the broker answers nothing to what is asked of it'])
    // No faster than that, however long it lasts; and it is said once.
    await seconds(120)
    expect(server.asked).toBeLessThanOrEqual(13)
    expect(said).toHaveLength(1)
  })

  it('is none as soon as the server says that it waits', async () => {
    await seconds(30)
    server.says(heartbeat)
    expect(said).toEqual(['the broker answers nothing to what is asked of it', undefined])
    for (let beat = 0; beat < 10; beat++) {
      await seconds(5)
      server.says(heartbeat)
    }
    expect(said).toHaveLength(2)
  })

  it('is no trouble where there is no connection: that has words of its own', async () => {
    Object.assign(server.client, { isConnected: false })
    await seconds(60)
    expect([server.asked, said]).toEqual([1, []])
  })
})
