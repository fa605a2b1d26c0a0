import type { Environment } from '#shared/config'
import { Log } from '#shared/logging'
import {
  allConsumers,
  NatsClient,
  natsSettings,
  Provisioner,
  type ConsumerDefinition,
} from '#shared/messaging'

export interface RunningProvisioner {
  stop(): Promise<void>
}

export interface StartProvisionerOptions {
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
export async function startProvisioner(
  env: Environment,
  options?: StartProvisionerOptions,
): Promise<RunningProvisioner> {
  const { nats, provisioner } = await provided(env, options)
  provisioner.watch()
  return {
    async stop() {
      await provisioner.stop()
      await nats.close()
    },
  }
}

/** Provides them once, and leaves them to themselves. */
export async function provideOnce(env: Environment, options?: StartProvisionerOptions): Promise<void> {
  const { nats } = await provided(env, options)
  await nats.close()
}

async function provided(
  env: Environment,
  {
    consumers = allConsumers(),
    log = Log.create('provision', 'silent'),
    ...options
  }: StartProvisionerOptions = {},
) {
  const nats = new NatsClient(natsSettings(env), 'provision', log)
  const provisioner = new Provisioner(nats, log, { consumers, ...options })
  await nats.connect()
  await provisioner.provide()
  return { nats, provisioner }
}
