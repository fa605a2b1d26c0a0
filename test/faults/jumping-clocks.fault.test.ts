import { afterEach, describe, expect, it } from 'vitest'
import type { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { expectNothingLostOrTwice, settled } from './support/aftermath.js'
import { DaysWork } from './support/days-work.js'
import { Dice, patience, seed, sized } from './support/fault-settings.js'
import {
  claimServices,
  progressBy,
  slowUpstreams,
  startAgain,
  startRun,
  undisturbed,
} from './support/fault-run.js'
import { dayAhead } from './support/left-behind.js'
import { WrongClocks } from './support/wrong-clocks.js'

const hourMs = 3_600_000
/** Ahead and behind by an hour; ahead by a day, for on the day before the claims were not yet to be decided. */
const jumps = [hourMs, -hourMs, 24 * hourMs] as const
const rounds = sized(24, 9)
const work = new DaysWork({ claims: sized(660, 132), helpRequests: sized(40, 9) })
const portion = Math.ceil(work.claims.length / rounds)

let run: Processes | undefined
let clocks: WrongClocks | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  clocks?.remove()
  run = undefined
}, 60_000)

const requestsOf = ({ simulators: { notify, benefitChecker } }: Processes): number =>
  notify.requests + benefitChecker.requests

describe(`clocks of single services that jump by an hour and a day (seed ${seed})`, () => {
  it(
    `${rounds} jumps, each put right again, under work`,
    async () => {
      const day = async (all: Processes) => {
        await work.submit(all)
        await work.askForHelp(all)
      }
      const expected = await undisturbed(work, day, { services: claimServices, except: dayAhead })
      const dice = new Dice(7)
      const processes = (run = await startRun(work, [], 7))
      const wrong = (clocks = new WrongClocks())
      for (const name of claimServices) await processes.run(name, wrong.envOf(name))
      slowUpstreams(processes)
      await work.askForHelp(processes)
      for (let round = 0; round < rounds; round++) {
        const name = dice.oneOf(claimServices)
        const jump = jumps[round % jumps.length] ?? hourMs
        const from = round * portion
        await work.submit(processes, from, from + portion)
        await progressBy(processes, dice.between(0, portion))
        const before = requestsOf(processes)
        wrong.set(name, processes.pidOf(name), jump)
        // Notify refuses what such a clock has signed: that somebody asked is all that can be waited for.
        await until('somebody asks an upstream', () => requestsOf(processes) > before, patience, 2)
        wrong.set(name, processes.pidOf(name), 0)
      }
      await settled(processes)
      await expectNothingLostOrTwice(processes, expected, dayAhead)
    },
    3 * patience,
  )

  it(
    'a notifier a day ahead holds nobody up once its clock is right',
    async () => {
      const expected = await undisturbed(work, (all) => work.submit(all), {
        services: claimServices,
        except: dayAhead,
      })
      const processes = (run = await startRun(work, [], 8))
      const wrong = (clocks = new WrongClocks())
      for (const name of claimServices) await processes.run(name, wrong.envOf(name))
      wrong.set('notifier', processes.pidOf('notifier'), 24 * hourMs)
      await work.submit(processes, 0, portion)
      await progressBy(processes, portion)
      const { notify } = processes.simulators
      await until('Notify is asked by the wrong clock', () => notify.requests > 0, patience, 2)
      // Restarted as after any repair: all that is known of the wrong day is what was written down.
      await processes.kill('notifier')
      await startAgain(processes, 'notifier')
      await work.submit(processes, portion, work.claims.length)
      await settled(processes)
      await expectNothingLostOrTwice(processes, expected, dayAhead)
    },
    3 * patience,
  )
})
