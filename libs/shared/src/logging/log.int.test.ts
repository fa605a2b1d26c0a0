import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'

const built = new URL('../../../../dist/libs/shared/src/logging/index.js', import.meta.url).href

/** Says something, and once it may, two things more with its last breath: the second waits for the first. */
const program = `
  const { Log } = await import('${built}')
  const log = Log.create('test')
  log.info('first')
  process.stdin.once('data', () => {
    log.info('second')
    log.info('third')
    process.exit(0)
  })
`

describe('the log of a process', () => {
  let child: ChildProcessByStdio<Writable, Readable, null>
  const start = () =>
    (child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['pipe', 'pipe', 'ignore'],
    }))

  afterEach(() => void child.kill('SIGKILL'))

  it('has its last lines too, in whichever order', async () => {
    start()
    let said = ''
    child.stdout.on('data', (data: Buffer) => (said += data.toString()))
    await once(child.stdout, 'data')
    child.stdin.write('go')
    expect(await once(child, 'close')).toEqual([0, null])
    const events = said
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg)
    expect(events.sort()).toEqual(['first', 'second', 'third'])
  })

  it('does not keep it from ending when nobody reads it any more', async () => {
    start()
    const ended = once(child, 'exit')
    await once(child.stdout, 'data')
    child.stdout.destroy()
    await once(child.stdout, 'close')
    child.stdin.write('go')
    await ended
    expect(child.signalCode).toBeNull()
  })
})
