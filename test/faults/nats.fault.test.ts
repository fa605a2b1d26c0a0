import { afterEach, describe, expect, it } from 'vitest'
import type { Processes } from '../support/processes.js'
import { expectNothingLostOrTwice, openTasks } from './support/aftermath.js'
import { DaysWork } from './support/days-work.js'
import { Dice, patience, seed, sized } from './support/fault-settings.js'
import { claimServices, progressBy, slowUpstreams, startRun, undisturbed } from './support/fault-run.js'

const kills = sized(12, 4)
/** Of the kills, so many lose the store as well. */
const losses = 2
const work = new DaysWork({ claims: sized(600, 88), helpRequests: sized(50, 8) })
const portion = Math.ceil(work.claims.length / kills / 2)

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

describe(`nats-server killed at random moments (seed ${seed})`, () => {
  it(
    `${kills} kills under work, ${losses} of them with the loss of the whole store`,
    async () => {
      const day = async (all: Processes) => {
        await work.submit(all)
        await work.askForHelp(all)
      }
      const expected = await undisturbed(work, day, { services: claimServices })
      const dice = new Dice(2)
      const processes = (run = await startRun(work, claimServices))
      slowUpstreams(processes)
      await work.askForHelp(processes)
      const first = dice.between(0, kills - 2)
      const lossesAt = [first, dice.between(first + 1, kills - 1)]
      for (let kill = 0; kill < kills; kill++) {
        const from = 2 * kill * portion
        await work.submit(processes, from, from + portion)
        await progressBy(processes, dice.between(0, portion))
        expect(await openTasks(processes.database.connection)).toBeGreaterThan(0)
        await processes.nats.kill()
        // The web app goes on meanwhile: it only needs the database.
        await work.submit(processes, from + portion, from + 2 * portion)
        if (lossesAt.includes(kill)) await processes.loseNatsStore()
        await processes.nats.restart()
      }
      await expectNothingLostOrTwice(processes, expected)
    },
    3 * patience,
  )
})
