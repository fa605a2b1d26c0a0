import { Prisons } from '#shared/prisons'
import { PrisonChanges } from '../../../apps/register-importer/src/prison-changes.repository.js'
import type { Rows } from '../rows.js'
import { unitOfWorkOf } from './deeds.js'
import type { Deed } from './playground.js'

const flowId = 7
const prison = (Name: string, Region: string, Postcode: string) => ({
  Name,
  DisplayName: Name,
  Region,
  Postcode,
})

/** An import that has taken in what it changes: two prisons, whose regions and postcodes are others after it. */
export const registerTakenIn: Rows = {
  'AsyncSchema.Prison': [prison('altcourse', 'ENG/WAL', 'L9 7LH'), prison('leeds', 'ENG/WAL', 'LS12 2TJ')],
  'AsyncSchema.PrisonChange': [
    prison('altcourse', 'GSY', 'GY1 1AA'),
    prison('leeds', 'JSY', 'JE1 1AA'),
    prison('newtown', 'SCO', 'EH1 1AA'),
  ].map((change, n) => ({ ChangeId: n + 1, FlowId: flowId, ...change, IsClosed: false, IsTaken: true })),
}

export const takesOver = (id: string): Deed => ({
  name: `the register is taken over by ${id}`,
  do: (place) =>
    unitOfWorkOf(place).run({ id, consumer: 'report-prison-register' }, async (work) => {
      await new PrisonChanges(place.connection).takeOver(work, flowId)
    }),
})

/** Whoever costs a claim: with what it reads first, and with nothing else. */
export const readsPrisons: Deed = {
  name: 'somebody reads the prisons',
  async do(place) {
    const [list] = await place.connection.ask(new Prisons(place.connection).now())
    const postcodes = ['altcourse', 'leeds', 'newtown'].map((name) => list.byName(name)?.postcode)
    place.note(`prisons at ${postcodes.join(', ')}`)
  },
}
