/**
 * `launch submit-claims [--claims N]`: invented claims for services that run elsewhere, followed to their ends. Reads
 * the services' settings: the database under its owner's login, NATS as the operator, and where the stand-ins are.
 * Repeating it submits other claims. Exit code 0 only if every claim ended as its input says.
 */
import { jetstream } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { subjects } from '#shared/contracts'
import { DatabaseConnection, databaseSettings } from '#shared/database'
import { connectOptions, natsSettings } from '#shared/messaging'
import { nextClaimNumber } from '../../testing/simulators/external-web-app/index.js'
import { RemoteSimulators } from '../../testing/simulators/remote-simulators.js'
import { addressesOnPorts } from '../../testing/simulators/settings.js'
import { onStopSignal } from '../signals.js'
import { readArguments, UsageError } from './arguments.js'
import { variedClaims } from './claims.js'
import { Progress } from './progress.js'
import { showClaims } from './show-claims.js'
import type { Site } from './site.js'
import { DemoFailure } from './wait.js'

const usage = 'usage: submit-claims [--claims N]'

function claimsWanted(): number {
  try {
    const wanted = readArguments(process.argv.slice(2))
    if (wanted) return wanted.claims
    console.log(usage)
    process.exit(0)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message}; ${usage}`)
    process.exit(2)
  }
}

/** @throws DemoFailure where it is not said */
function simulatorsOf({ SIMULATORS_URL }: NodeJS.ProcessEnv): RemoteSimulators {
  if (!SIMULATORS_URL) throw new DemoFailure('SIMULATORS_URL does not say where the stand-ins are')
  return new RemoteSimulators(addressesOnPorts(SIMULATORS_URL))
}

const site = (connection: DatabaseConnection, nats: NatsConnection, halt: AbortController): Site => {
  const simulators = simulatorsOf(process.env)
  return {
    connection,
    halt,
    setBenefitAnswers: (bySurname) => simulators.setBenefitAnswers(bySurname),
    calls: () => simulators.calls(),
    emailsTaken: () => simulators.emailsTaken(),
    async fireDailyRun(date) {
      await jetstream(nats).publish(subjects.scheduleAutoApproval, JSON.stringify({ date }))
    },
  }
}

async function submitClaims(count: number): Promise<boolean> {
  const halt = new AbortController()
  onStopSignal((signal) => halt.abort(new DemoFailure(`${signal}: stopping`)))
  const nats = await connect(connectOptions(natsSettings(process.env), 'ops'))
  const connection = DatabaseConnection.open(databaseSettings(process.env))
  try {
    const claims = variedClaims(count, await nextClaimNumber(connection))
    return await showClaims(site(connection, nats, halt), claims, new Progress(process.stdout))
  } finally {
    await Promise.all([connection.close(), nats.close()])
  }
}

const count = claimsWanted()
try {
  process.exitCode = (await submitClaims(count)) ? 0 : 1
} catch (error) {
  console.error(`submit-claims: ${error instanceof DemoFailure ? error.message : String(error)}`)
  process.exitCode = 1
}
