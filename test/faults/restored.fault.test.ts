import { afterEach, describe, expect, it } from 'vitest'
import type { Processes } from '../support/processes.js'
import { loseStore, putBack, takeCopy, type DatabaseCopy } from '../support/restore.js'
import { until } from '../support/until.js'
import { expectNone, notInOrder, settled } from './support/aftermath.js'
import { DaysWork } from './support/days-work.js'
import { haveComeIn, insertClaims, publish } from './support/direct-claims.js'
import { clock, Dice, patience, seed, sized, today, tomorrow } from './support/fault-settings.js'
import {
  claimServices,
  dailyServices,
  fireDaily,
  firePaymentRun,
  progressBy,
  slowUpstreams,
  startAgain,
  startRun,
  undisturbed,
} from './support/fault-run.js'
import { dayAhead, leftBehind, type LeftBehind } from './support/left-behind.js'
import { nothingIsOwed, operate, payAgain, recoverPayments } from './support/operator.js'
import { Restored, toOthers, unlikePaid, unlikeUndisturbed } from './support/restored.js'

const services = [...claimServices, ...dailyServices, 'payment-run']
/** The bank file of another day, and not before the operator has looked: see the runbook. */
const startedAgain = services.filter((name) => name !== 'payment-run')
const work = new DaysWork({ claims: sized(330, 66), helpRequests: sized(40, 8), dueClaims: sized(40, 8) })
/** Published and nothing else; half of them while the copy is taken, half in the time that is lost. */
const direct = new DaysWork({ claims: sized(88, 22), first: 5_000 }).claims
/** Committed in the time that is lost, and after it. */
const lost = new DaysWork({ claims: sized(88, 22), first: 3_000 })
const after = new DaysWork({ claims: sized(88, 22), first: 4_000 })
const everybody = [...work.claims, ...direct, ...lost.claims, ...after.claims]
const half = (all: { readonly length: number }) => Math.ceil(all.length / 2)

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

/** For two minutes a stream takes what is published again for a repeat: so soon after the loss that may happen. */
const longer = patience + 180_000

async function undisturbedDay(processes: Processes): Promise<void> {
  await insertClaims(processes, direct)
  await publish(processes, direct)
  await haveComeIn(processes, direct)
  await work.askForHelp(processes)
  await work.submit(processes)
  await after.submit(processes)
  await fireDaily(processes)
  await settled(processes)
  await firePaymentRun(processes)
}

let ofTheDay: Promise<LeftBehind> | undefined
const undisturbedOnce = () => (ofTheDay ??= undisturbed(work, undisturbedDay, { services, except: dayAhead }))

interface Disturbance {
  readonly salt: number
  readonly storeIsGone: boolean
  readonly paid: 'before the copy' | 'in the time that is lost'
}

describe.each<Disturbance>([
  { salt: 9, storeIsGone: false, paid: 'in the time that is lost' },
  { salt: 10, storeIsGone: true, paid: 'before the copy' },
  ...sized<Disturbance[]>(
    [
      { salt: 11, storeIsGone: true, paid: 'in the time that is lost' },
      { salt: 12, storeIsGone: false, paid: 'before the copy' },
    ],
    [],
  ),
])(
  `the database restored (seed ${seed}), the broker's store gone: $storeIsGone, a payment run $paid`,
  (disturbance) => {
    it(
      'to a copy of the middle of work: nobody is paid twice or told of others, and what the copy knows is done',
      async () => {
        const expected = await undisturbedOnce()
        const dice = new Dice(disturbance.salt)
        const processes = (run = await startRun(work, services, disturbance.salt))
        slowUpstreams(processes)
        const isFiredBefore = dice.oneOf([true, false])
        const copy = await workUntilCopy(processes, dice, disturbance, isFiredBefore)
        await workThatIsLost(processes, dice, disturbance, isFiredBefore)
        const restored = await restore(processes, copy, disturbance)
        await goOn(processes, disturbance)
        await nothingIsOwed(processes, longer)
        await haveComeIn(processes, direct)
        await recoverPayments(processes)
        await processes.run('payment-run', { CLOCK_START: `${tomorrow} 00:05:00` })
        await operate(processes, `fire payment-run --date ${today} --again`)
        await firePaymentRun(processes, tomorrow)
        await settled(processes)
        await payAgain(processes)
        const found = await leftBehind(processes, dayAhead)
        expectNone([
          ...(await notInOrder(processes)),
          ...unlikePaid(found, expected, lost.claims),
          ...unlikeUndisturbed(found, expected, restored),
          ...toOthers(restored.emails, everybody),
        ])
      },
      longer + 3 * patience,
    )
  },
)

/** @returns a copy taken while something of everything is under way */
async function workUntilCopy(
  processes: Processes,
  dice: Dice,
  { paid }: Disturbance,
  isFiredBefore: boolean,
): Promise<DatabaseCopy> {
  const some = half(work.claims)
  await insertClaims(processes, direct)
  await work.askForHelp(processes)
  await work.submit(processes, 0, some)
  if (isFiredBefore) await fireDaily(processes)
  if (paid === 'before the copy') {
    await settled(processes)
    await firePaymentRun(processes)
  }
  await work.submit(processes, some)
  await publish(processes, direct.slice(0, half(direct)))
  await progressBy(processes, dice.between(0, some))
  return takeCopy(processes.database, clock.now())
}

/** What happens until the database is lost: nobody but the outside will remember. */
async function workThatIsLost(
  processes: Processes,
  dice: Dice,
  { paid }: Disturbance,
  isFiredBefore: boolean,
): Promise<void> {
  const some = half(lost.claims)
  await publish(processes, direct.slice(half(direct)))
  if (!isFiredBefore) await fireDaily(processes)
  await lost.submit(processes, 0, some)
  if (paid === 'in the time that is lost') {
    await settled(processes)
    await firePaymentRun(processes)
    await until('somebody is paid', () => isSettled(processes), patience, 50)
  }
  await lost.submit(processes, some)
  await progressBy(processes, dice.between(0, some))
}

const isSettled = async ({ database: { connection } }: Processes): Promise<boolean> =>
  (await connection.db.selectFrom('AsyncSchema.PaymentRun').select('State').execute()).some(
    ({ State }) => State === 'SETTLED',
  )

/** The steps of the runbook's "The database was restored", but for payments and what waits for them. */
async function restore(
  processes: Processes,
  copy: DatabaseCopy,
  { storeIsGone }: Disturbance,
): Promise<Restored> {
  expect(await processes.stopServices()).toEqual([])
  await putBack(processes.database, copy)
  const restored = await Restored.to(processes)
  if (storeIsGone) await loseStore(processes.nats)
  await operate(processes, `restored --copy ${copy.taken.slice(0, 19).replace(' ', 'T')}`)
  return restored
}

async function goOn(processes: Processes, { storeIsGone }: Disturbance): Promise<void> {
  await Promise.all(startedAgain.map((name) => startAgain(processes, name)))
  await after.submit(processes)
  // The streams bear the machine's time. What was under way in the copy was published before it.
  if (storeIsGone) await publish(processes, direct)
  else
    for (const subject of ['claims.*', 'notifications.*', 'support.*'])
      await operate(processes, `replay --subject ${subject} --from 1h`)
  await operate(processes, `fire daily --date ${today} --again`)
}
