import type { Environment } from '#shared/config'
import { Log } from '#shared/logging'
import {
  allConsumers,
  NatsClient,
  natsSettings,
  TopologyKeeper,
  type ConsumerDefinition,
} from '#shared/messaging'

export interface RunningTopologyKeeper {
  stop(): Promise<void>
}

export interface StartTopologyKeeperOptions {
  /** By default those of all handlers. */
  readonly consumers?: readonly ConsumerDefinition[]
  /** Another release's; only tests have one. */
  readonly revision?: number
  readonly log?: Log
}

/**
 * Provides streams and consumers in this process, and goes on watching them, as the program does: for tests and
 * measurements whose services are in this process too.
 */
export async function startTopologyKeeper(
  env: Environment,
  options?: StartTopologyKeeperOptions,
): Promise<RunningTopologyKeeper> {
  const { nats, keeper } = await provided(env, options)
  keeper.watch()
  return {
    async stop() {
      await keeper.stop()
      await nats.close()
    },
  }
}

/** Provides them once, and leaves them to themselves. */
export async function provideOnce(env: Environment, options?: StartTopologyKeeperOptions): Promise<void> {
  const { nats } = await provided(env, options)
  await nats.close()
}

async function provided(
  env: Environment,
  {
    consumers = allConsumers(),
    log = Log.create('provision', 'silent'),
    ...options
  }: StartTopologyKeeperOptions = {},
) {
  const nats = new NatsClient(natsSettings(env), 'provision', log)
  const keeper = new TopologyKeeper(nats, log, { consumers, ...options })
  await nats.connect()
  await keeper.provide()
  return { nats, keeper }
}
