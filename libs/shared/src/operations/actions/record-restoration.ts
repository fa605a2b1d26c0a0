import { z } from 'zod'
import { toLondon } from '../../clock/index.js'
import { OperationFailed } from '../operation-failed.js'
import { Restorations } from '../runs/restorations.repository.js'
import { action } from './action.js'

/** Says that the database was restored: what it has forgotten is then looked for before it is done again. */
export const recordRestoration = action({
  title: 'record a restoration',
  role: 'operator',
  input: z.strictObject({
    /** When the copy was taken, or a little earlier. */
    copied: z.iso.datetime(),
  }),
  target: ({ copied }) => `a copy of ${copied}`,
  async run({ copied }, { connection, clock }, { dryRun }) {
    const moment = new Date(copied)
    if (moment > clock.instant()) throw new OperationFailed('the time of the copy has not come yet')
    const copy = toLondon(moment)
    const restorations = new Restorations(connection)
    const recorded = dryRun
      ? !(await restorations.isRecorded(copy))
      : await restorations.record(copy, clock.now())
    return { copy, recorded }
  },
  words: ({ copy, recorded }) =>
    recorded
      ? `restored from a copy of ${copy.slice(0, 19)}: emails and tickets of that time are looked for before they are sent`
      : `the copy of ${copy.slice(0, 19)} was written down before`,
})
