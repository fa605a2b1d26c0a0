import { afterEach, describe, expect, it } from 'vitest'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { streams } from '#shared/contracts'
import type { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { expectNothingLostOrTwice, settled } from './support/aftermath.js'
import { handOverAnswers, insertSilentClaims } from './support/answers.js'
import { DaysWork } from './support/days-work.js'
import { haveComeIn, publishClaims } from './support/direct-claims.js'
import { Dice, patience, seed, sized } from './support/fault-settings.js'
import {
  claimServices,
  dailyServices,
  fireDaily,
  progressBy,
  slowUpstreams,
  startAgain,
  startRun,
  undisturbed,
} from './support/fault-run.js'

const services = [...claimServices, ...dailyServices]
const rounds = sized(10, 4)
const work = new DaysWork({ claims: sized(440, 88), helpRequests: sized(40, 8) })
/** Handed over by publishing alone, in two parts: in the second the stream numbers its messages from one again. */
const direct = new DaysWork({ claims: sized(88, 22), first: 5_000 })
const answers = sized(40, 10)
const portion = Math.ceil(work.claims.length / rounds)
const half = direct.claims.length / 2
const [firstPart, secondPart] = [direct.claims.slice(0, half), direct.claims.slice(half)]

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

describe(`streams and consumers deleted and made anew (seed ${seed})`, () => {
  it(
    `${rounds} times under work, and then all of them: what is published next is done, what was done is not`,
    async () => {
      const expected = await undisturbed(work, undisturbedDay, { services })
      const dice = new Dice(6)
      const processes = (run = await startRun(work, services, 6))
      await insertSilentClaims(processes, answers)
      slowUpstreams(processes)
      await publishClaims(processes, firstPart)
      await haveComeIn(processes, firstPart)
      await settled(processes)
      for (let round = 0; round < rounds; round++) {
        await work.submit(processes, round * portion, (round + 1) * portion)
        if (round === 0) await work.askForHelp(processes)
        await progressBy(processes, dice.between(0, portion))
        await (dice.oneOf([true, false]) ? deleteStream(processes, dice) : deleteConsumer(processes, dice))
      }
      await settled(processes)
      await answersWhileTheirServiceIsAway(processes)
      for (const name of names) await deleted(processes, ({ streams: api }) => api.delete(name))
      await allAreBack(processes)
      await publishClaims(processes, secondPart)
      await haveComeIn(processes, secondPart)
      await expectNothingLostOrTwice(processes, expected)
    },
    3 * patience,
  )
})

async function undisturbedDay(processes: Processes): Promise<void> {
  await insertSilentClaims(processes, answers)
  await publishClaims(processes, direct.claims)
  await haveComeIn(processes, direct.claims)
  await work.submit(processes)
  await work.askForHelp(processes)
  await handOverAnswers(processes, answers)
  await settled(processes)
  await fireDaily(processes)
}

/** The daily run comes while answers wait: it must leave their claims alone. */
async function answersWhileTheirServiceIsAway(processes: Processes): Promise<void> {
  await processes.kill('claim-completer')
  await handOverAnswers(processes, answers)
  await fireDaily(processes)
  await until('the daily jobs have ended', () => jobsHaveEnded(processes), patience, 50)
  await startAgain(processes, 'claim-completer')
  await settled(processes)
}

const dailyJobs = 5

async function jobsHaveEnded({ database: { connection } }: Processes): Promise<boolean> {
  const runs = await connection.db
    .selectFrom('AsyncSchema.JobRun')
    .select('Consumer')
    .where('State', '=', 'DONE')
    .execute()
  return runs.length >= dailyJobs
}

const names = [streams.claims.name, streams.notifications.name, streams.schedule.name]

const deleteStream = (processes: Processes, dice: Dice): Promise<void> =>
  deleted(processes, ({ streams: api }) =>
    api.delete(dice.oneOf([streams.claims.name, streams.notifications.name])),
  )

const deleteConsumer = (processes: Processes, dice: Dice): Promise<void> =>
  deleted(processes, async ({ consumers }) => {
    const name = dice.oneOf([streams.claims.name, streams.notifications.name])
    const there = await consumers.list(name).next()
    const one = there[dice.between(0, there.length - 1)]
    if (one) await consumers.delete(name, one.name)
  })

type Manager = Awaited<ReturnType<typeof jetstreamManager>>

/** As an operator does who may do anything. What is not there (again) yet cannot be deleted, and need not be. */
async function deleted({ nats }: Processes, deletion: (api: Manager) => Promise<unknown>): Promise<void> {
  const connection = await connect({ servers: nats.url, tls: null })
  try {
    await deletion(await jetstreamManager(connection)).catch((error: Error) => {
      if (!/not found/.test(error.message)) throw error
    })
  } finally {
    await connection.close()
  }
}

async function allAreBack({ nats }: Processes): Promise<void> {
  const connection = await connect({ servers: nats.url, tls: null })
  try {
    const { streams: api } = await jetstreamManager(connection)
    const areThere = async () => {
      const there = await api.names().next()
      return names.every((name) => there.includes(name))
    }
    await until('the streams are made anew', areThere, patience, 50)
  } finally {
    await connection.close()
  }
}
