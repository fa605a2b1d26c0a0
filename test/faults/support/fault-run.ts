import { BareClient } from '../../support/bare-client.js'
import { serviceNames } from '../../../testing/services/index.js'
import { scheduleMessageId, subjects } from '#shared/contracts'
import type { LocalDay } from '#shared/clock'
import { Processes } from '../../support/processes.js'
import { until } from '../../support/until.js'
import { isSettled, settled } from './aftermath.js'
import type { DaysWork } from './days-work.js'
import { clock, clockStart, Dice, faultSettings, patience, today } from './fault-settings.js'
import { leftBehind, type Except, type LeftBehind } from './left-behind.js'

const slowMs = 60

/** Those that a submitted claim goes through. */
export const claimServices = ['task-relay', 'claim-completer', 'dwp-checker', 'notifier'] as const

/** Those that have something to do every day, besides these. */
export const dailyServices = ['daily-tasks', 'provisioner'] as const

/** The built services with everything around them, and the work prepared. */
export async function startRun(
  work: DaysWork,
  services: readonly string[] = serviceNames,
  salt = 0,
): Promise<Processes> {
  clock.set(`${clockStart}.000`)
  const run = await Processes.start(faultSettings, services, { random: new Dice(salt).fraction })
  await work.prepare(run)
  return run
}

/** Makes the upstreams slow enough for much to be under way at any time. */
export function slowUpstreams({ simulators: { notify, benefitChecker } }: Processes): void {
  for (const simulator of [notify, benefitChecker]) simulator.misbehave({ kind: 'slow', ms: slowMs })
}

/** Starts a service again that was killed. Its clock goes on where the day is. */
export const startAgain = (run: Processes, name: string): Promise<void> =>
  run.run(name, { CLOCK_START: clock.now().slice(0, 19) })

/** How often the upstreams that every claim needs have been called: the work's progress. */
export const progressOf = ({ simulators: { notify, benefitChecker } }: Processes): number =>
  notify.calls.length + benefitChecker.calls.length

/** Who looks for calls looks so often before asking once whether there is anything left to call for. */
const looksForWork = 50

/** Waits until so many more calls were made, or until what was handed over has ended: then there are no more to come. */
export async function progressBy(run: Processes, calls: number): Promise<void> {
  const goal = progressOf(run) + calls
  let looks = 0
  const noMoreToCome = async () => ++looks % looksForWork === 0 && (await isSettled(run))
  const made = async () => progressOf(run) >= goal || (await noMoreToCome())
  await until(`${calls} more calls upstream`, made, patience, 2)
}

export const fireDaily = (run: Processes, date: LocalDay = today) => fire(run, subjects.scheduleDaily, date)
export const firePaymentRun = (run: Processes, date: LocalDay = today) =>
  fire(run, subjects.schedulePaymentRun, date)

/** As the scheduler does it. */
async function fire(
  { nats }: Processes,
  subject: typeof subjects.scheduleDaily | typeof subjects.schedulePaymentRun,
  date: LocalDay,
): Promise<void> {
  const client = await BareClient.connect(nats.url)
  await client.publish(subject, { date }, { 'ce-id': scheduleMessageId(subject, date) })
  await client.close()
}

/** What the work leaves where nothing happens to it, in a system of its own. */
export async function undisturbed(
  work: DaysWork,
  day: (run: Processes) => Promise<void>,
  { services, except }: { readonly services?: readonly string[]; readonly except?: Except } = {},
): Promise<LeftBehind> {
  const run = await startRun(work, services)
  try {
    await day(run)
    await settled(run)
    return await leftBehind(run, except)
  } finally {
    await run.stop()
  }
}
