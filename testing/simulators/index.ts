import { BenefitCheckerSimulator } from './benefit-checker.simulator.js'
import { ChatSimulator } from './chat.simulator.js'
import { DirectionsSimulator } from './directions.simulator.js'
import { HelpdeskSimulator } from './helpdesk.simulator.js'
import { LegacySimulator } from './legacy.simulator.js'
import { seededRandom } from './misbehaviour.js'
import { NotifySimulator } from './notify.simulator.js'
import { S3Simulator } from './s3.simulator.js'

export type { Fault } from './benefit-checker.messages.js'
export type {
  BenefitAnswers,
  BenefitCheckCall,
  BenefitCheckerSimulator,
} from './benefit-checker.simulator.js'
export type {
  DirectionsAnswers,
  DirectionsCall,
  DirectionsSimulator,
  DirectionsStatus,
  RouteAnswer,
} from './directions.simulator.js'
export type { HelpdeskCall, HelpdeskSimulator, HelpdeskTicket } from './helpdesk.simulator.js'
export type { ChatCall, ChatSimulator } from './chat.simulator.js'
export type { LegacyCall, LegacyFault, LegacyRecord, LegacySimulator } from './legacy.simulator.js'
export type { HttpSimulator } from './http-simulator.js'
export { seededRandom, type Misbehaviour, type MisbehaviourRule, type Occasion } from './misbehaviour.js'
export {
  DAILY_LIMIT_REACHED,
  DEFAULT_NOTIFY_API_KEY,
  notifyError,
  type NotifyCall,
  type NotifySimulator,
} from './notify.simulator.js'
export { OtlpReceiver, type OtlpCall, type ReceivedSpan } from './otlp-receiver.js'
export type { S3Call, S3Object, S3Simulator } from './s3.simulator.js'

export interface SimulatorsOptions {
  /** The interface to listen on: 127.0.0.1, or 0.0.0.0 for all, in a container. */
  host?: string
  /** First of seven ports in a row (Notify, benefit checker, directions, helpdesk, S3, chat, legacy systems); 0 or left out: any free ones. */
  basePort?: number
  /** The API keys Notify knows, `name-<service id>-<secret>`. */
  notifyApiKeys?: readonly string[]
  /** False when services run on another clock: Notify then takes tokens of any time. */
  checkIssuedAt?: boolean
  /** Namespace prefix of the benefit checker's answers. */
  benefitPrefix?: string
  /** Decides on a misbehaviour's `rate`; left out, the same numbers each time. */
  random?: () => number
}

/** The upstreams, listening. */
export interface Simulators {
  notify: NotifySimulator
  benefitChecker: BenefitCheckerSimulator
  directions: DirectionsSimulator
  helpdesk: HelpdeskSimulator
  s3: S3Simulator
  chat: ChatSimulator
  legacy: LegacySimulator
  /** `reset()` of all of them. */
  reset(): void
  /** Stops all of them at once; may be repeated. */
  close(): Promise<void>
}

/** Starts the stand-ins. Rejects, with none left running, if a port is taken. */
export async function startSimulators(options: SimulatorsOptions = {}): Promise<Simulators> {
  const {
    host,
    basePort = 0,
    notifyApiKeys,
    checkIssuedAt,
    benefitPrefix,
    random = seededRandom(1),
  } = options
  const notify = new NotifySimulator({ apiKeys: notifyApiKeys, checkIssuedAt, random })
  const benefitChecker = new BenefitCheckerSimulator({ prefix: benefitPrefix, random })
  const directions = new DirectionsSimulator({ random })
  const helpdesk = new HelpdeskSimulator({ random })
  const s3 = new S3Simulator({ random })
  const chat = new ChatSimulator({ random })
  const legacy = new LegacySimulator({ random })
  const all = [notify, benefitChecker, directions, helpdesk, s3, chat, legacy]
  const close = async (): Promise<void> => {
    await Promise.all(all.map((simulator) => simulator.close()))
  }
  const starts = await Promise.allSettled(
    all.map((each, i) => each.listen(basePort === 0 ? 0 : basePort + i, host)),
  )
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  const reset = (): void => all.forEach((simulator) => simulator.reset())
  return { notify, benefitChecker, directions, helpdesk, s3, chat, legacy, reset, close }
}
