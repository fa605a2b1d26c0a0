import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './docker.js'
import { findNatsServer } from './find.js'
import { startNatsServer, type RunningNatsServer } from './start.js'

/** A new cluster elects a leader among its servers within seconds; machines under load take longer. */
const timeLimitMs = 30_000
const pauseMs = 50

/**
 * A JetStream cluster of three servers on this machine's loopback address, each with a store of its own. Tests only: a
 * cluster on one machine protects from nothing.
 */
export class NatsCluster {
  private constructor(readonly servers: readonly RunningNatsServer[]) {}

  /**
   * Starts the servers and waits until the cluster takes JetStream requests. They die with this process.
   * @throws an error with the reason, and nothing is left behind
   */
  static async start(): Promise<NatsCluster> {
    const binary = await findNatsServer()
    const routePorts = await Promise.all([freePort(), freePort(), freePort()])
    const routes = routePorts.map((port) => `"nats://127.0.0.1:${port}"`).join(', ')
    const starts = await Promise.allSettled(
      routePorts.map((port, i) =>
        startNatsServer({
          binary,
          httpPort: 0,
          // Alone, a server waits for the others.
          awaitJetStream: false,
          config: [
            `server_name: ${nameOf(i)}`,
            `cluster { name: test, host: "127.0.0.1", port: ${port}, routes: [${routes}] }`,
          ].join('\n'),
        }),
      ),
    )
    const cluster = new NatsCluster(
      starts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    )
    try {
      for (const each of starts) if (each.status === 'rejected') throw each.reason
      await cluster.untilAvailable()
    } catch (error) {
      await cluster.stop()
      throw error
    }
    return cluster
  }

  /** The settings by which any service connects: these servers let everybody in. */
  envOf(): { NATS_URL: string } {
    return { NATS_URL: this.url }
  }

  /** All servers, as NATS_URL takes them. */
  get url(): string {
    return this.servers.map(({ url }) => url).join(',')
  }

  /** The server that leads a stream; undefined while none does. */
  async leaderOf(stream: string): Promise<RunningNatsServer | undefined> {
    return this.ask(async (manager) => this.named((await manager.streams.info(stream)).cluster?.leader))
  }

  /** The server that leads the cluster's own records, and so creates streams and consumers. */
  async metaLeader(): Promise<RunningNatsServer | undefined> {
    for (const { httpUrl } of this.servers) {
      const answer = await fetch(`${httpUrl}/jsz`).catch(() => undefined)
      if (!answer?.ok) continue
      const { meta_cluster: meta } = (await answer.json()) as { meta_cluster?: { leader?: string } }
      return this.named(meta?.leader)
    }
    return undefined
  }

  /** Waits until there is a leader that answers JetStream requests. */
  async untilAvailable(): Promise<void> {
    const deadline = performance.now() + timeLimitMs
    for (;;) {
      try {
        if ((await this.ask((manager) => manager.getAccountInfo())) && (await this.metaLeader())) return
      } catch (error) {
        if (performance.now() > deadline) throw error
      }
      if (performance.now() > deadline) throw new Error('the cluster has elected no leader')
      await delay(pauseMs)
    }
  }

  /** Ends all servers and removes their stores. Safe to repeat. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()))
  }

  private named(name: string | undefined): RunningNatsServer | undefined {
    return this.servers.find((_, i) => nameOf(i) === name)
  }

  private async ask<T>(
    question: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>,
  ): Promise<T> {
    const servers = this.servers.map(({ url }) => url)
    const connection = await connect({ servers, reconnect: false, timeout: 2_000 })
    try {
      return await question(await jetstreamManager(connection, { checkAPI: false, timeout: 2_000 }))
    } finally {
      await connection.close()
    }
  }
}

const nameOf = (place: number): string => `server-${place + 1}`
