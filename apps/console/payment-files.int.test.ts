import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDocumentStore, type DocumentStore } from '#shared/documents'
import { ConsoleWorld } from '../../test/support/console-world.js'
import { lastAction } from '../../test/support/last-action.js'

let world: ConsoleWorld
beforeAll(async () => {
  world = await ConsoleWorld.start({ services: [] })
}, 120_000)
afterAll(() => world.stop())
afterEach(() => vi.restoreAllMocks())

const file = 'apvs-payments-20261121000500.txt'
const text = '"200415","12345678","A CLAIMANT"\r\n'

/** Every store that is opened is one of these. */
const stores = Object.getPrototypeOf(openDocumentStore({})) as DocumentStore

async function download() {
  const visitor = await world.signedIn('ada-finance', '/payments')
  const [, token = ''] = /name="_token" value="([^"]+)"/.exec(visitor.text) ?? []
  return visitor.post(world.at(`/payments/files/${file}`), { _token: token })
}

describe('a payment file that is downloaded', () => {
  it('is what was there as it was written down that it is handed over, and is not written down itself', async () => {
    // The clean-up comes in between.
    vi.spyOn(stores, 'get').mockResolvedValueOnce(new TextEncoder().encode(text)).mockResolvedValue(undefined)
    const { status, text: given } = await download()
    expect({ status, given }).toEqual({ status: 201, given: text })
    expect(await lastAction(world.system.connection)).toEqual({
      ...{ State: 'DONE', Outcome: `${file} is handed over` },
      Result: JSON.stringify({ file }),
    })
  })

  it('is not handed over where it is gone, and that is what is written down', async () => {
    vi.spyOn(stores, 'get').mockResolvedValue(undefined)
    expect((await download()).status).toBe(409)
    const outcome = 'the store has no such file any more'
    expect(await lastAction(world.system.connection)).toEqual({
      State: 'FAILED',
      Outcome: outcome,
      Result: null,
    })
  })
})
