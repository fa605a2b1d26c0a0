import { get } from 'node:http'
import { text } from 'node:stream/consumers'

/** What a service has counted under a name without labels. */
export async function counted(port: number, name: string): Promise<number> {
  // A connection of its own: one that is kept may be closed by the service as it is used again.
  const exposed = await new Promise<string>((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/metrics', agent: false }, (answer) => {
      text(answer).then(resolve, reject)
    }).once('error', reject)
  })
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(exposed)?.[1] ?? 0)
}
