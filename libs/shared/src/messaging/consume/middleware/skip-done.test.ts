import { describe, expect, it } from 'vitest'
import { NotOwed, type Standing } from '../../../contracts/index.js'
import { Log } from '../../../logging/index.js'
import type { ConsumerDefinition } from '../../handlers/consumer-definition.js'
import type { Delivery } from '../delivery.js'
import { done, reject } from '../../handlers/outcome.js'
import { skipDone } from './skip-done.js'

const log = Log.create('test', 'silent')
const delivery = (definition: Partial<ConsumerDefinition>) =>
  ({ id: 'x', consumer: 'complete-claim', traceparent: '', definition }) as unknown as Delivery

/** A handler that asks, and is told this; or none at all. */
function asking(standing: Standing | undefined) {
  let asked = false
  const layer = skipDone(
    { standing: () => Promise.reject(new Error('asked before')), wasAsked: () => asked },
    log,
  )
  return layer(delivery({ asksFirst: true }), () => {
    asked = standing !== undefined
    if (standing === undefined || standing === 'owed') return Promise.resolve(done)
    return Promise.reject(new NotOwed(standing))
  })
}

describe('a handler that asks itself whether its message is to be done', () => {
  it('is not asked for before, and does what is owed', async () => {
    expect(await asking('owed')).toBe(done)
  })

  it.each(['done', 'given-up', 'superseded', 'run-unknown'] as const)('ends what is %s', async (standing) => {
    expect(await asking(standing)).toBe(done)
  })

  it('rejects what is about another row', async () => {
    expect(await asking('row-changed')).toEqual(reject('task-row-changed'))
  })

  it('fails where it did not ask', async () => {
    await expect(asking(undefined)).rejects.toThrow('has not asked')
  })
})

it('every other handler is not called for what is done', async () => {
  const layer = skipDone({ standing: () => Promise.resolve('done'), wasAsked: () => false }, log)
  expect(await layer(delivery({}), () => Promise.reject(new Error('called')))).toBe(done)
})
