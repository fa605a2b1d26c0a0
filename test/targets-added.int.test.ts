import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toLondon } from '#shared/clock'
import { addEndpoint, changeTarget, removeTarget, setTarget } from '#shared/operations'
import { Targets, type TargetGiven } from '#shared/provisioning'
import { drained } from './support/drained.js'
import { overtaken } from './support/overtaken.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

const given: TargetGiven = {
  wsdl: 'https://legacy.example.org/ws?wsdl',
  format: 'default',
  kinds: ['user'],
  credentials: null,
  addressed: false,
}
const other: TargetGiven = { ...given, wsdl: 'https://legacy.example.org/other?wsdl' }

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.remove())

const at = { now: toLondon(new Date('2026-11-20T10:00:00Z')), dryRun: false }
const set = (how: TargetGiven, connection = database.connection, isNew?: boolean) =>
  setTarget(connection, 'legacy', how, { ...at, ...(isNew === undefined ? {} : { isNew }) })
const remove = () => drained(removeTarget(database.connection, 'legacy', at))
const wsdls = async () => (await new Targets(database.connection).all()).map(({ wsdl }) => wsdl)

const overtakenBy = (deed: () => Promise<unknown>) => overtaken(database.connection, deed)

describe('of two operators, whoever is overtaken', () => {
  it('changes the target that the other one has added', async () => {
    expect(
      await set(
        other,
        overtakenBy(() => set(given)),
      ),
    ).toEqual({ target: 'legacy' })
    expect(await wsdls()).toEqual([other.wsdl])
  })

  it('adds the target that the other one has removed', async () => {
    await set(given)
    const removed = overtakenBy(remove)
    expect(await set(other, removed)).toEqual({ target: 'legacy', added: true })
    expect(await wsdls()).toEqual([other.wsdl])
  })

  it('is told, where it was to be a new one, and the other one has added it', async () => {
    const asked = set(
      other,
      overtakenBy(() => set(given)),
      true,
    )
    await expect(asked).rejects.toThrow('there is another target legacy')
    expect(await wsdls()).toEqual([given.wsdl])
  })

  it('is told, where one was to be changed, and the other one has removed it', async () => {
    await set(given)
    const removed = overtakenBy(remove)
    await expect(set(other, removed, false)).rejects.toThrow('there is no target legacy')
    expect(await wsdls()).toEqual([])
  })

  it.each(['fill', 'hold', 'resume'] as const)(
    'is told, where the other one has removed it: %s',
    async (change) => {
      await set(given)
      if (change === 'resume') await changeTarget(database.connection, 'hold', 'legacy', at)
      const removed = overtakenBy(remove)
      await expect(changeTarget(removed, change, 'legacy', at)).rejects.toThrow('there is no target legacy')
    },
  )

  it('is told, where one was to be told once more, and the other one holds it', async () => {
    await set(given)
    const held = overtakenBy(() => changeTarget(database.connection, 'hold', 'legacy', at))
    await expect(changeTarget(held, 'fill', 'legacy', at)).rejects.toThrow('target legacy is held')
  })

  it.each([{ events: ['claim.decided'] }, { token: true }] as const)(
    'is told of an endpoint that is there and is another one, if only by %j; the same again is no other',
    async (otherwise) => {
      const endpoint = { name: 'legacy', address: given.wsdl, secret: 'one', token: false }
      const add = (more: object) =>
        addEndpoint(
          database.connection,
          { ...endpoint, events: ['claim.paid'], ...more },
          { ...at, reason: '' },
        )
      await add({})
      expect(await add({})).toEqual({ endpoint: 'legacy', state: 'ACTIVE' })
      await expect(add(otherwise)).rejects.toThrow('there is another endpoint legacy')
    },
  )

  it('is told of an endpoint in the same words, whether it is seen or was only just added', async () => {
    const endpoint = { name: 'legacy', address: given.wsdl, secret: 'one', token: false }
    const add = (secret: string, connection = database.connection) =>
      addEndpoint(connection, { ...endpoint, secret, events: ['claim.paid'] }, { ...at, reason: '' })
    const both = [add('one'), add('two')]
    const [first, second] = await Promise.allSettled(both)
    expect(first).toMatchObject({ status: 'fulfilled' })
    expect(second).toMatchObject({ reason: { message: 'there is another endpoint legacy' } })
    await expect(add('two')).rejects.toThrow('there is another endpoint legacy')
  })
})
