import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '#shared/config'
import { actionNames, Actions, OperationFailed, OperatorActions } from '#shared/operations'
import { withParts } from '../apps/ops/src/connect.js'
import { provideOnce } from '../tools/provision/index.js'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { actionInputs, saysNothing } from './support/operator-actions.js'
import { withOwnClock } from './support/shifted-clock.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

let nats: RunningNatsServer
let database: TestDatabase
let env: Environment

beforeAll(async () => {
  ;[nats, database] = await Promise.all([startNatsServer(), createTestDatabase()])
  env = { NATS_URL: nats.url, ...database.env, CLOCK_START: '2026-11-21 12:00:00' }
  await provideOnce(env, { consumers: [] })
}, 120_000)
afterAll(async () => {
  await nats.stop()
  await database.remove()
})

const actor = { person: 'somebody', via: 'console' } as const

const within = <T>(use: (actions: Actions, rows: OperatorActions) => Promise<T>) =>
  withParts({ ...withOwnClock(env), connectMs: 5_000, nats: 'needed' }, (parts) =>
    use(parts.get(Actions), parts.get(OperatorActions)),
  )

describe('an action of an operator', () => {
  it.each(actionNames)('%s has its row, also where it failed', async (name) => {
    await within(async (actions, rows) => {
      const asked = { name, input: actionInputs[name], actor, reason: 'to see' }
      const failure = await actions.perform(asked).then(
        () => undefined,
        (error: unknown) => error,
      )
      const says = saysNothing[name]
      if (says === undefined) expect(failure).toBeUndefined()
      else expect(failure).toEqual(expect.objectContaining({ message: says }))
      const [row] = await rows.newest(1)
      expect(row).toMatchObject({
        ...{ person: 'somebody', via: 'console', action: name, reason: 'to see' },
        state: says === undefined ? 'DONE' : 'FAILED',
      })
      expect(row?.ended).not.toBeNull()
      if (says !== undefined) expect(row?.outcome).toBe(says)
    })
  })

  it.each(actionNames)('%s that is only looked at changes nothing and leaves no row', async (name) => {
    await within(async (actions, rows) => {
      const [before] = await rows.newest(1)
      await actions.preview(name, actionInputs[name]).catch((error: unknown) => {
        expect(error).toBeInstanceOf(OperationFailed)
      })
      expect((await rows.newest(1))[0]).toEqual(before)
    })
  })

  it('keeps the first word about what came of it', async () => {
    await within(async (_, rows) => {
      const action = { actor, name: 'resume-handler', target: 'send-email', input: '{}' } as const
      await rows.begin({ ...action, key: 'ended-twice' })
      await rows.end('ended-twice', 'DONE', { outcome: 'goes on' })
      await rows.end('ended-twice', 'FAILED', { outcome: 'away' })
      expect(await rows.byKey('ended-twice')).toMatchObject({ state: 'DONE', outcome: 'goes on' })
    })
  })

  it('that is asked for twice under one key is done once, and answers as the first time', async () => {
    await within(async (actions, rows) => {
      const asked = {
        name: 'pause-handler',
        input: { handler: 'archive-claim' },
        actor,
        key: 'once',
      } as const
      const first = await actions.perform({ ...asked, reason: 'a release' })
      await actions.perform({ name: 'resume-handler', input: { handler: 'archive-claim' }, actor })
      const second = await actions.perform({ ...asked, reason: 'a release' })
      expect(second).toEqual({ ...first, repeated: true })
      expect((await rows.newest(1))[0]?.action).toBe('resume-handler')
      const preview = await actions.preview('resume-handler', { handler: 'archive-claim' })
      expect(preview.resumed).toBe(false)
      await expect(actions.perform({ ...asked, input: { handler: 'send-email' } })).rejects.toThrow(
        'that key was used for something else',
      )
      await expect(actions.perform({ ...asked, actor: { ...actor, person: 'other' } })).rejects.toThrow(
        'that key was used for something else',
      )
    })
  })

  it('that failed is not tried again under its key', async () => {
    await within(async (actions) => {
      const asked = { name: 'retry-dead-letters', input: { sequences: [9] }, actor, key: 'failed' } as const
      for (const time of ['first', 'second'])
        await expect(actions.perform({ ...asked, reason: time })).rejects.toThrow('there is no dead letter 9')
    })
  })

  it('that somebody may not do is written down', async () => {
    await within(async (actions, rows) => {
      await actions.refuse({ name: 'pause-handler', input: { handler: 'send-email' }, actor })
      expect((await rows.newest(1))[0]).toMatchObject({ state: 'REFUSED', target: 'send-email' })
    })
  })

  it('of a day long past is only done where that is meant', async () => {
    await within(async (actions) => {
      const input = { job: 'payment-run', date: '2025-01-20', again: false, longAgo: false } as const
      await expect(actions.perform({ name: 'fire-job', input, actor })).rejects.toThrow(
        'more than 35 days ago',
      )
      const meant = await actions.preview('fire-job', { ...input, longAgo: true })
      expect(meant.fired).toBe(true)
    })
  })
})
