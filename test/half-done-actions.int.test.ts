import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { deadLetterSubject } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import { Actions, Letters, OperatorActions } from '#shared/operations'
import { BareClient } from './support/bare-client.js'
import { ConsoleWorld } from './support/console-world.js'
import { entryRow, subjectRow, targetRow } from './support/interleaving/deeds-of-provisioning.js'
import { insertRows } from './support/rows.js'
import { runOps } from './support/run-ops.js'
import { lastAction } from './support/last-action.js'

let world: ConsoleWorld
let client: BareClient

beforeAll(async () => {
  world = await ConsoleWorld.start({ services: [] })
  client = await BareClient.connect(world.system.nats.url)
}, 120_000)
afterAll(async () => {
  await client.close()
  await world.stop()
})
afterEach(() => vi.restoreAllMocks())

const ops = (line: string) =>
  runOps(line, { ...world.system.database.env, ...world.system.nats.envOf('ops') })

describe('letters that are discarded until the broker goes away', () => {
  const said = 'discarded: 2; then it failed: Error'

  beforeEach(async () => {
    for (const body of ['{"claimId":1}', '{"claimId":2}'])
      await client.publish(deadLetterSubject('send-email'), body)
  })

  /** The first page comes, and no other one. */
  function breakOff(): void {
    vi.spyOn(Letters.prototype, 'pages').mockImplementationOnce(async function* (this: Letters, ...given) {
      for await (const page of this.pages(...given)) {
        yield page
        throw new Error('away')
      }
    })
  }

  afterEach(async () => {
    const { State, Outcome, Result } = (await lastAction(world.system.connection)) ?? {}
    expect([State, Outcome]).toEqual(['FAILED', said])
    expect(JSON.parse(Result ?? '{}')).toMatchObject({ discarded: 2, cut: false })
  })

  it('are told to whoever asked at the command line', async () => {
    breakOff()
    const { code, out, err } = await ops('dead-letters discard --all --yes')
    expect({ code, out, err }).toEqual({ code: 1, out: [], err: [`ops dead-letters: ${said}`] })
  })

  it('are told to whoever asked by the API', async () => {
    const authorization = `Bearer ${await world.issuer.token(['hwpv-viewer', 'hwpv-operator'])}`
    breakOff()
    const answer = await fetch(world.at('/api/v1/actions/discard-dead-letters'), {
      method: 'POST',
      body: JSON.stringify({ input: { filter: {} } }),
      headers: { authorization, 'content-type': 'application/json' },
    })
    expect([answer.status, await answer.json()]).toEqual([503, { error: said }])
  })

  it('are told to whoever asked at the console', async () => {
    const visitor = await world.signedIn('ada-operator', '/do/discard-dead-letters?input={"filter":{}}')
    breakOff()
    await visitor.submit('/do/discard-dead-letters')
    expect(new URL(visitor.url).pathname).toMatch(/^\/actions\//)
    expect(visitor.text).toContain(said)
  })
})

describe('a target that is removed until the database goes away', () => {
  it('is written down as removed, with what was forgotten of it', async () => {
    const { connection } = world.system
    const numbers = Array.from({ length: 501 }, (_, place) => place + 1)
    await insertRows(connection, {
      'AsyncSchema.ProvisioningTarget': [targetRow()],
      'AsyncSchema.ProvisioningSubject': [subjectRow('first')],
      'AsyncSchema.ProvisioningEntry': numbers.map((EntryId) =>
        entryRow('first', { EntryId, Part: `part ${EntryId}`, MessageId: null }),
      ),
    })
    const actions = new Actions(
      { connection: failingAfter(2, connection), clock: world.system.clock } as never,
      new OperatorActions(connection, world.system.clock),
    )
    const asked = { name: 'remove-target', input: { target: 'gias' }, reason: 'to see' } as const
    const said = 'removed: gias, with 500 that it was to know of; then it failed: Error'
    await expect(
      actions.perform({ ...asked, actor: { person: 'ada', via: 'console' } }),
    ).rejects.toMatchObject({ message: said })
    expect(await lastAction(world.system.connection)).toEqual({
      ...{ State: 'FAILED', Outcome: said },
      Result: JSON.stringify({ target: 'gias', forgotten: 500 }),
    })
  })
})

/** The database until it has had so many transactions. */
function failingAfter(transactions: number, connection: DatabaseConnection): DatabaseConnection {
  let left = transactions
  const transaction: DatabaseConnection['transaction'] = (work) => {
    left -= 1
    return left < 0 ? Promise.reject(new Error('away')) : connection.transaction(work)
  }
  return Object.create(connection, { transaction: { value: transaction } }) as DatabaseConnection
}
