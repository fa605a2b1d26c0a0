import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { RemoteSimulators } from '../testing/simulators/remote-simulators.js'
import type { SimulatorAddresses } from '../testing/simulators/settings.js'

/** The upstreams' stand-ins in a process of their own: what they take does not slow down who measures. */
export class SimulatorsProcess extends RemoteSimulators {
  private constructor(
    private readonly child: ChildProcess,
    addresses: SimulatorAddresses,
  ) {
    super(addresses)
  }

  static async start(): Promise<SimulatorsProcess> {
    const main = fileURLToPath(new URL('../testing/simulators/main.js', import.meta.url))
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] })
    process.on('exit', () => child.kill('SIGKILL'))
    const ended = once(child, 'exit').then(() =>
      Promise.reject(new Error('the simulators ended by themselves')),
    )
    ended.catch(() => undefined)
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string]
    const urls = Object.entries(JSON.parse(line) as Record<keyof SimulatorAddresses, string>)
    const addresses = Object.fromEntries(urls.map(([name, url]) => [name, { url }]))
    return new SimulatorsProcess(child, addresses as SimulatorAddresses)
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await ended
  }
}
