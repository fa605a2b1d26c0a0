import { parseArgs } from 'node:util'
import { Clock, toLondon } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { momentGiven } from '../arguments.js'
import { UsageError, type Run } from '../command.js'
import { Restorations } from '../restored/restorations.repository.js'
import { toSeconds } from '../times.js'

/** Says that the database was restored: what it has forgotten is then looked for before it is done again. */
export const restored: Run = async (args, { looking, print }) => {
  const { values } = parseArgs({
    args: [...args],
    options: { copy: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const { copy } = values
  if (copy === undefined) throw new UsageError('--copy: when was the copy taken?')
  await looking(async (parts) => {
    const clock = parts.get(Clock)
    const copied = momentGiven('copy', copy, clock.instant())
    if (copied > clock.instant()) throw new UsageError('--copy has not come yet')
    const time = toLondon(copied)
    const isNew = await new Restorations(parts.get(DatabaseConnection)).record(time, clock.now())
    if (values.json) return print(JSON.stringify({ copy: time, recorded: isNew }))
    print(
      isNew
        ? `restored from a copy of ${toSeconds(time)}: emails and tickets of that time are looked for before they are sent`
        : `the copy of ${toSeconds(time)} was written down before`,
    )
  })
}
