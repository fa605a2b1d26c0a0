import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { UpstreamCalls } from '../simulators/external-web-app/index.js'
import type { Misbehaviour } from '../simulators/misbehaviour.js'
import type { Simulators } from '../simulators/index.js'
import { simulatorSettings } from '../simulators/settings.js'

type Addresses = Readonly<Record<'notify' | 'benefitChecker' | 'directions' | 'helpdesk' | 's3', string>>

/** The upstreams' stand-ins in a process of their own: what they take does not slow down who measures. */
export class SimulatorsProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly addresses: Addresses,
  ) {}

  static async start(): Promise<SimulatorsProcess> {
    const main = fileURLToPath(new URL('../simulators/main.js', import.meta.url))
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'inherit'] })
    process.on('exit', () => child.kill('SIGKILL'))
    const ended = once(child, 'exit').then(() =>
      Promise.reject(new Error('the simulators ended by themselves')),
    )
    ended.catch(() => undefined)
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string]
    return new SimulatorsProcess(child, JSON.parse(line) as Addresses)
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** What services need to find them. */
  get settings(): Record<string, string> {
    const { notify, benefitChecker, directions, helpdesk, s3 } = this.addresses
    const simulators = {
      notify: { url: notify },
      benefitChecker: { url: benefitChecker },
      directions: { url: directions },
      helpdesk: { url: helpdesk },
      s3: { url: s3 },
    }
    // Of the simulators themselves, only the addresses are asked for.
    return simulatorSettings(simulators as Simulators)
  }

  async setBenefitAnswers(bySurname: Readonly<Record<string, string>>): Promise<void> {
    const body = JSON.stringify({ bySurname })
    const answer = await fetch(`${this.addresses.benefitChecker}/__simulator/answers`, {
      method: 'PUT',
      body,
    })
    if (!answer.ok) throw new Error('the benefit checker did not take its answers')
  }

  /** From now on the upstream does this, until it behaves well again. */
  async misbehave(upstream: keyof Addresses, misbehaviour: Misbehaviour): Promise<void> {
    await this.put(upstream, misbehaviour)
  }

  async behaveWell(upstream: keyof Addresses): Promise<void> {
    await this.put(upstream, [])
  }

  private async put(upstream: keyof Addresses, rules: Misbehaviour | []): Promise<void> {
    const url = `${this.addresses[upstream]}/__simulator/misbehaviour`
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(rules) })
    if (!answer.ok) throw new Error(`${upstream} did not take how to behave`)
  }

  async calls(): Promise<UpstreamCalls> {
    const of = async (url: string) => {
      const answer = await fetch(`${url}/__simulator/calls`)
      return ((await answer.json()) as { calls: never[] }).calls
    }
    return {
      notify: await of(this.addresses.notify),
      benefitChecker: await of(this.addresses.benefitChecker),
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await ended
  }
}
