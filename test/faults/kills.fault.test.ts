import { afterEach, describe, expect, it } from 'vitest'
import { serviceNames } from '../../testing/services/index.js'
import type { Processes } from '../support/processes.js'
import { expectNothingLostOrTwice, settled, tooLarge } from './support/aftermath.js'
import { DaysWork } from './support/days-work.js'
import { Dice, patience, seed, sized } from './support/fault-settings.js'
import {
  fireDaily,
  firePaymentRun,
  progressBy,
  slowUpstreams,
  startAgain,
  startRun,
  undisturbed,
} from './support/fault-run.js'

const kills = sized(100, 12)
const work = new DaysWork({
  claims: sized(1_000, 120),
  helpRequests: sized(50, 10),
  dueClaims: sized(200, 30),
  abandoned: sized(300, 50),
})

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

async function undisturbedDay(day: Processes): Promise<void> {
  await work.submit(day)
  await work.askForHelp(day)
  await fireDaily(day)
  await settled(day)
  await firePaymentRun(day)
}

/** Kills services one after another, each at a moment of its own, and starts them again. */
class Killer {
  private readonly restarts = new Map<string, Promise<void>>()

  constructor(
    private readonly processes: Processes,
    private readonly dice: Dice,
  ) {}

  async killOne(): Promise<void> {
    const name = this.dice.oneOf(serviceNames)
    await this.restarts.get(name)
    expect(this.processes.ended()).toEqual([])
    expect(tooLarge(this.processes)).toEqual([])
    await this.processes.kill(name)
    const restart = startAgain(this.processes, name)
    // A failure is for whoever waits for it.
    restart.catch(() => undefined)
    this.restarts.set(name, restart)
  }

  async allBack(): Promise<void> {
    await Promise.all(this.restarts.values())
  }
}

describe(`services killed at random moments (seed ${seed})`, () => {
  it(
    `${kills} kills over ${work.claims.length} claims of all kinds`,
    async () => {
      const expected = await undisturbed(work, undisturbedDay)
      const dice = new Dice(1)
      const processes = (run = await startRun(work))
      slowUpstreams(processes)
      await work.askForHelp(processes)
      const killer = new Killer(processes, dice)
      const dailyAt = dice.between(0, kills - 1)
      for (let kill = 0, from = 0; kill < kills; kill++) {
        const left = work.claims.length - from
        const portion =
          kill === kills - 1 ? left : Math.min(left, dice.between(0, 2 * Math.round(left / (kills - kill))))
        await work.submit(processes, from, from + portion)
        from += portion
        if (kill === dailyAt) await fireDaily(processes)
        await progressBy(processes, dice.between(0, portion))
        await killer.killOne()
      }
      await killer.allBack()
      await settled(processes)
      await firePaymentRun(processes)
      await expectNothingLostOrTwice(processes, expected)
    },
    3 * patience,
  )
})
