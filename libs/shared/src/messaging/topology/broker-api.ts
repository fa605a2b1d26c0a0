import type { NatsClient } from '../broker/nats-client.js'
import { OwnError } from '../../logging/index.js'
import type { Config, Wanted } from './wanted.js'

const api = '$JS.API'
const answerMs = 5_000
const notFound: readonly (number | undefined)[] = [10_014, 10_059]
/** What a cluster without a leader answers, whatever it is asked. */
const unavailable = 503

/** What the server tells of a stream or consumer. */
export interface Info {
  readonly config?: Config
  readonly paused?: boolean
}

interface Answer extends Info {
  readonly error?: { readonly code?: number; readonly err_code?: number; readonly description?: string }
}

/** The server's no is final, unlike silence or a cluster that has no leader; in the server's own words. */
export class ChangeRefused extends OwnError {
  override readonly name = 'ChangeRefused'
}

/** The cluster has no leader yet, or its JetStream is not there: that passes. */
export class NoLeader extends OwnError {
  override readonly name = 'NoLeader'
}

/**
 * What the broker is asked about streams and consumers, and told. The library's own calls keep whatever they find beside
 * what they change, and choose their subject by the filter: then nothing foreign would ever be unset.
 */
export class BrokerApi {
  constructor(private readonly nats: NatsClient) {}

  /** The settings of a stream or consumer; undefined where there is none. */
  async config({ stream, consumer }: Omit<Wanted, 'config'>): Promise<Config | undefined> {
    const answer = await this.ask(
      consumer === undefined ? `STREAM.INFO.${stream}` : `CONSUMER.INFO.${stream}.${consumer}`,
    )
    if (answer.error && notFound.includes(answer.error.err_code)) return undefined
    return configOf(orThrow(answer))
  }

  /** Repeating is safe: made alike meanwhile, by another one, it is there. */
  async create({ stream, consumer, config }: Wanted): Promise<void> {
    if (consumer === undefined) orThrow(await this.ask(`STREAM.CREATE.${stream}`, config))
    else await this.keep(stream, consumer, config, 'create')
  }

  async change({ stream, consumer, config }: Wanted): Promise<void> {
    if (consumer === undefined) orThrow(await this.ask(`STREAM.UPDATE.${stream}`, config))
    else await this.keep(stream, consumer, config, 'update')
  }

  /** A change of a consumer leaves its pause as it is. */
  async resume(stream: string, consumer: string): Promise<void> {
    orThrow(await this.ask(`CONSUMER.PAUSE.${stream}.${consumer}`, {}))
  }

  private async keep(stream: string, consumer: string, config: Config, action: string): Promise<void> {
    const request = { stream_name: stream, config, action }
    orThrow(await this.ask(`CONSUMER.CREATE.${stream}.${consumer}`, request))
  }

  private async ask(subject: string, request?: object): Promise<Answer> {
    const body = request === undefined ? '' : JSON.stringify(request)
    const answer = await this.nats.core.request(`${api}.${subject}`, body, { timeout: answerMs })
    return answer.json<Answer>()
  }
}

/** Its settings. A pause that is over is still among them. */
export function configOf({ config = {}, paused }: Info): Config {
  return paused ? config : { ...config, pause_until: undefined }
}

function orThrow(answer: Answer): Answer {
  const { error } = answer
  if (!error) return answer
  const { code, description = 'no reason given' } = error
  if (code === unavailable) throw new NoLeader(description)
  throw new ChangeRefused(description)
}
