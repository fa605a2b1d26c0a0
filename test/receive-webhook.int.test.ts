import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { projectRoot } from '../tools/project-root.js'
import { signatureHeaders } from '../apps/webhook-sender/src/send-webhook/signature.js'
import { until } from './support/until.js'
import { signingKeys } from './support/webhook-work.js'

const example = join(projectRoot, 'libs/client/example/receive-webhook.js')
const body = JSON.stringify({ type: 'claim.paid', sequence: 412, data: { reference: 'ABC1234' } })
const secrets = Object.values(signingKeys).map((key) => ({
  signing: Buffer.from(key.slice('whsec_'.length), 'base64'),
  token: undefined,
}))

/** The example of `docs/how-to/receive-a-webhook.md`. */
describe('the receiver of the page', () => {
  let receiver: ChildProcess
  let said = ''
  let url = ''

  beforeAll(async () => {
    receiver = spawn(process.execPath, [example], {
      env: { WEBHOOK_SECRET: signingKeys.second, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    receiver.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()))
    await until('it listens', () => said.includes('listening on'))
    url = `http://127.0.0.1:${/listening on (\d+)/.exec(said)?.[1]}/`
  })
  afterAll(async () => {
    receiver.kill()
    await once(receiver, 'exit')
  })

  const post = async (headers: Readonly<Record<string, string>>, text = body) =>
    (
      await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: text,
      })
    ).status
  const lines = () => said.split('\n').filter((line) => line.includes('claim.paid'))

  it('takes what is signed by us, also while the secret is changed, and deals with it once', async () => {
    const headers = signatureHeaders({ id: 'evt_1', at: new Date(), body }, secrets)
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
    expect([await post(headers), await post(headers)]).toEqual([204, 204])
    await until('it was dealt with', () => lines().length > 0)
    expect(lines()).toEqual(['412 claim.paid {"reference":"ABC1234"}'])
  })

  it('takes what the library of the specification signs', async () => {
    const at = new Date()
    const signature = new Webhook(signingKeys.second).sign('evt_2', at, body)
    const timestamp = String(Math.floor(at.getTime() / 1_000))
    const headers = { 'webhook-id': 'evt_2', 'webhook-timestamp': timestamp, 'webhook-signature': signature }
    expect(await post(headers)).toBe(204)
  })

  it('refuses another body, another id, an old time, another secret, and no signature at all', async () => {
    const sign = (secondsAgo = 0, by = secrets) =>
      signatureHeaders({ id: 'evt_3', at: new Date(Date.now() - secondsAgo * 1_000), body }, by)
    expect([
      await post(sign(), `${body} `),
      await post({ ...sign(), 'webhook-id': 'evt_4' }),
      await post(sign(301)),
      await post(sign(-302)),
      await post({ ...sign(301), 'webhook-timestamp': sign()['webhook-timestamp'] ?? '' }),
      await post(sign(0, secrets.slice(0, 1))),
      await post({}),
    ]).toEqual(Array(7).fill(401))
  })

  it('goes on where a body breaks off, or is longer than any of ours', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    const part = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf'
    socket.write(part, () => socket.resetAndDestroy())
    await once(socket, 'close')
    const headers = signatureHeaders({ id: 'evt_5', at: new Date(), body }, secrets)
    expect(await post(headers)).toBe(204)
    expect(await post(headers, 'x'.repeat(2_000_000)).catch(() => 'closed')).not.toBe(204)
    expect(await post(headers)).toBe(204)
  })

  it.each(['', 'whsec_', 'whsec_c2hvcnQ='])(
    'does not begin where its secret is none: "%s"',
    async (secret) => {
      const started = spawn(process.execPath, [example], { env: { WEBHOOK_SECRET: secret, PORT: '0' } })
      let out = ''
      started.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
      const exit = once(started, 'exit')
      await until('it says something', () => out.includes('listening') || started.exitCode !== null)
      started.kill()
      await exit
      expect({ out, code: started.exitCode }).toEqual({ out: '', code: 1 })
    },
  )
})
