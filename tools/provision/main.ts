/** `npm run nats:provision [-- --watch] [--take-back]`: the broker's streams and consumers, as the code wants them. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Log } from '#shared/logging'
import { allConsumers, NatsClient, natsSettings, TopologyKeeper, type NatsSettings } from '#shared/messaging'
import { onStopSignal } from '../signals.js'
import { startHealthServer } from './health-server.js'

/** Of this program, as the broker knows it. */
const name = 'provision'
const usage = 'usage: npm run nats:provision [-- --watch] [--take-back]'
const defaultPort = 3108
/** A broker that has no leader yet is asked again, in milliseconds. */
const againMs = 500

interface Arguments {
  readonly watch: boolean
  readonly takeBack: boolean
}

function readArguments(): Arguments {
  const flag = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({ options: { watch: flag, 'take-back': flag } })
    return { watch: values.watch, takeBack: values['take-back'] }
  } catch (error) {
    throw new Error(`${(error as Error).message}; ${usage}`)
  }
}

/** Waits for the broker as long as it takes: whoever starts this job says how long it may. */
async function untilProvided(keeper: TopologyKeeper, log: Log): Promise<string[]> {
  for (let told = false; ; told = true) {
    try {
      return await keeper.provide()
    } catch (error) {
      if (!told) log.error('streams and consumers cannot be provided yet', error)
      await delay(againMs)
    }
  }
}

async function run({ watch, takeBack }: Arguments, settings: NatsSettings): Promise<void> {
  const log = Log.create(name, process.env.LOG_LEVEL || 'info')
  const nats = new NatsClient(settings, name, log)
  const keeper = new TopologyKeeper(nats, log, { consumers: allConsumers(), takeBack })
  if (!watch) {
    await nats.connect()
    const refused = await untilProvided(keeper, log)
    if (!refused.length) log.info('streams and consumers are as they should be')
    process.exitCode = refused.length ? 1 : 0
    await nats.close()
    return
  }
  const server = await startHealthServer(Number(process.env.PORT || defaultPort), keeper)
  log.info('service started', { port: server.port })
  onStopSignal((signal) => {
    log.info('service stops', { signal })
    void Promise.all([keeper.stop(), nats.close(), server.close()]).then(() => process.exit(0))
  })
  await nats.connect()
  keeper.watch()
}

try {
  await run(readArguments(), natsSettings(process.env))
} catch (error) {
  process.stderr.write(`nats:provision: ${error instanceof Error ? error.message : 'failed'}\n`)
  process.exit(1)
}
