import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Processes } from '../support/processes.js'
import { expectNothingLostOrTwice, openTasks } from './support/aftermath.js'
import { lockFor, refuseFor } from './support/database-trouble.js'
import { DaysWork } from './support/days-work.js'
import { Dice, patience, seed, sized } from './support/fault-settings.js'
import {
  claimServices,
  fireDaily,
  progressBy,
  slowUpstreams,
  startRun,
  undisturbed,
} from './support/fault-run.js'
import type { LeftBehind } from './support/left-behind.js'

const troubleMs = sized(60_000, 8_000)
const work = new DaysWork({
  claims: sized(400, 88),
  helpRequests: sized(20, 8),
  dueClaims: sized(200, 50),
  abandoned: sized(200, 50),
})
const services = [...claimServices, 'daily-tasks']

let expected: LeftBehind
beforeAll(async () => {
  expected = await undisturbed(work, allOfIt, { services })
}, patience)

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

async function allOfIt(all: Processes): Promise<void> {
  await work.askForHelp(all)
  await work.submit(all)
  await fireDaily(all)
}

describe(`the database in trouble for ${troubleMs / 1_000} seconds (seed ${seed})`, () => {
  it.each([
    ['locked by another program', lockFor],
    ['refusing every write', refuseFor],
  ])(
    '%s',
    async (_, trouble) => {
      const dice = new Dice(3)
      const processes = (run = await startRun(work, services))
      slowUpstreams(processes)
      await allOfIt(processes)
      await progressBy(processes, dice.between(0, Math.round(work.claims.length / 4)))
      expect(await openTasks(processes.database.connection)).toBeGreaterThan(0)
      await trouble(processes.database, troubleMs)
      await expectNothingLostOrTwice(processes, expected)
    },
    2 * patience,
  )
})
