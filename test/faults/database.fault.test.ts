import { afterEach, describe, expect, it } from 'vitest'
import type { Processes } from '../support/processes.js'
import { expectNothingLostOrTwice, openTasks } from './support/aftermath.js'
import { lockFor, refuseFor } from './support/database-trouble.js'
import { DaysWork } from './support/days-work.js'
import { Dice, patience, seed, sized } from './support/fault-settings.js'
import {
  claimServices,
  dailyServices,
  fireDaily,
  progressBy,
  slowUpstreams,
  startRun,
  undisturbed,
} from './support/fault-run.js'

const troubleMs = sized(60_000, 8_000)
const work = new DaysWork({
  claims: sized(400, 88),
  helpRequests: sized(20, 8),
  dueClaims: sized(200, 50),
  abandoned: sized(200, 50),
})
const services = [...claimServices, ...dailyServices]

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

const half = work.claims.length / 2

/** The one half of the claims, and with it the daily jobs, or the other half, and with it the calls for help. */
const halves = [
  async (all: Processes) => {
    await fireDaily(all)
    await work.submit(all, 0, half)
  },
  async (all: Processes) => {
    await work.askForHelp(all)
    await work.submit(all, half)
  },
] as const

async function undisturbedDay(all: Processes): Promise<void> {
  for (const hand of halves) await hand(all)
}

describe(`the database in trouble (seed ${seed})`, () => {
  it(
    `locked by another program for ${troubleMs / 1_000} seconds, and refusing every write for as long`,
    async () => {
      const expected = await undisturbed(work, undisturbedDay, { services })
      const dice = new Dice(3)
      const processes = (run = await startRun(work, services))
      slowUpstreams(processes)
      const troubles = dice.oneOf([
        [lockFor, refuseFor],
        [refuseFor, lockFor],
      ])
      for (const [i, trouble] of troubles.entries()) {
        await halves[i]?.(processes)
        await progressBy(processes, dice.between(0, Math.round(half / 2)))
        expect(await openTasks(processes.database.connection)).toBeGreaterThan(0)
        await trouble(processes.database, troubleMs)
      }
      await expectNothingLostOrTwice(processes, expected)
    },
    3 * patience,
  )
})
