import type { UpstreamCalls } from './external-web-app/index.js'
import type { Misbehaviour } from './misbehaviour.js'
import { simulatorSettings, type SimulatorAddresses } from './settings.js'

/** The upstreams' stand-ins in another process, told what to do over HTTP. */
export class RemoteSimulators {
  constructor(private readonly addresses: SimulatorAddresses) {}

  /** What services need to find them. */
  get settings(): Record<string, string> {
    return simulatorSettings(this.addresses)
  }

  /** The surnames' answers come before the general one, and take the place of all given before. */
  async setBenefitAnswers(bySurname: Readonly<Record<string, string>>): Promise<void> {
    await this.put('benefitChecker', 'answers', { bySurname })
  }

  /** From now on the upstream does this, until it behaves well again. */
  async misbehave(upstream: keyof SimulatorAddresses, misbehaviour: Misbehaviour): Promise<void> {
    await this.put(upstream, 'misbehaviour', misbehaviour)
  }

  async behaveWell(upstream: keyof SimulatorAddresses): Promise<void> {
    await this.put(upstream, 'misbehaviour', [])
  }

  /** All that Notify and the benefit checker have taken. */
  async calls(): Promise<UpstreamCalls> {
    const [notify, benefitChecker] = await Promise.all([
      this.callsOf('notify'),
      this.callsOf('benefitChecker'),
    ])
    return { notify: notify.calls, benefitChecker: benefitChecker.calls }
  }

  async emailsTaken(): Promise<number> {
    return (await this.callsOf('notify', Number.MAX_SAFE_INTEGER)).total
  }

  private async callsOf(upstream: keyof SimulatorAddresses, from = 0) {
    const answer = await fetch(`${this.addresses[upstream].url}/__simulator/calls?from=${from}`)
    return (await answer.json()) as { total: number; calls: never[] }
  }

  private async put(upstream: keyof SimulatorAddresses, what: string, body: unknown): Promise<void> {
    const url = `${this.addresses[upstream].url}/__simulator/${what}`
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${upstream} did not take its ${what}`)
  }
}
