import { chainBench } from './chain.bench.js'
import { claimsBench } from './claims.bench.js'
import type { Benchmark } from './figures.js'
import { flowBench } from './flow.bench.js'
import { flowBullmqBench } from './others/flow-bullmq.bench.js'
import { flowPgBossBench } from './others/flow-pg-boss.bench.js'
import { largeDayBench } from './large-day.bench.js'
import { outageBench } from './outage.bench.js'
import { paymentsBench } from './payments.bench.js'
import { relayBacklogBench } from './relay-backlog.bench.js'
import { roundTripsBench } from './round-trips.bench.js'
import { routerBench } from './router.bench.js'
import { telemetryBench } from './telemetry.bench.js'

/** Every benchmark by the name it is asked for with. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  claims: claimsBench,
  'round-trips': roundTripsBench,
  router: routerBench,
  telemetry: telemetryBench,
  chain: chainBench,
  'large-day': largeDayBench,
  payments: paymentsBench,
  flow: flowBench,
  'flow-bullmq': flowBullmqBench,
  'flow-pg-boss': flowPgBossBench,
  outage: outageBench,
  'relay-backlog': relayBacklogBench,
}
