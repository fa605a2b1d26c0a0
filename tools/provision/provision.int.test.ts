import { afterEach, describe, expect, it } from 'vitest'
import { startNatsServer, type StartOptions } from '../../testing/nats-server/index.js'
import { topologyKeeperProcess } from '../../testing/services/index.js'
import { until } from '../../test/support/until.js'

/** The program as it runs beside the services, asked where Kubernetes asks it. */
describe('who provides streams and consumers', () => {
  const stops: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  async function start(options: StartOptions = {}) {
    const nats = await startNatsServer(options)
    stops.push(() => nats.stop())
    return nats
  }

  async function watch(url: string): Promise<(path: string) => Promise<{ status: number; text: string }>> {
    const env = { PATH: process.env.PATH, NATS_URL: url, PORT: '0' }
    const program = topologyKeeperProcess({ env, onLine: () => undefined })
    stops.push(() => program.stop())
    const port = await program.listening
    return async (path) => {
      const answer = await fetch(`http://localhost:${port}${path}`)
      return { status: answer.status, text: await answer.text() }
    }
  }

  it('is ready for a roll-out while NATS is away, and for all else when it is there', async () => {
    const nats = await start()
    await nats.kill()
    const ask = await watch(nats.url)
    await until('it knows that NATS is away', async () => (await ask('/health/rollout')).status === 200)
    expect((await ask('/health/readiness')).status).toBe(503)
    expect((await ask('/ping')).status).toBe(200)
    await nats.restart()
    await until('it is ready', async () => (await ask('/health/readiness')).status === 200)
    expect(await ask('/health')).toEqual({ status: 200, text: '{"status":"ok","problems":[]}' })
  })

  it('keeps a roll-out from going on where the broker does not let it in', async () => {
    const [user, pass] = ['somebody', 'else']
    const config = `authorization { user: ${user}, password: ${pass} }`
    const nats = await start({ config, connectWith: { user, pass } })
    const ask = await watch(nats.url)
    await until('it is refused', async () => (await ask('/health/rollout')).text.includes('NATS'))
    expect(await ask('/health/rollout')).toMatchObject({
      status: 503,
      text: expect.stringContaining('the broker refuses the credentials') as unknown,
    })
  })
})
