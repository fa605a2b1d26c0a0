import { parseArgs } from 'node:util'
import { Clock } from '#shared/clock'
import { momentGiven } from '../arguments.js'
import { change, changeGiven, changeOptions } from '../change.js'
import type { Run } from '../command.js'
import { UsageError } from '../failures.js'

/** Says that the database was restored: what it has forgotten is then looked for before it is done again. */
export const restored: Run = async (args, context) => {
  const { values } = parseArgs({
    args: [...args],
    options: { ...changeOptions, copy: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const { copy } = values
  if (copy === undefined) throw new UsageError('--copy: when was the copy taken?')
  const given = changeGiven(values)
  await context.looking(async (parts) => {
    const now = parts.get(Clock).instant()
    const copied = momentGiven('copy', copy, now)
    if (copied > now) throw new UsageError('--copy has not come yet')
    const input = { copied: copied.toISOString() }
    const { result, words } = await change(context, parts, { name: 'record-restoration', input, given })
    context.print(values.json ? JSON.stringify(result) : words)
  })
}
