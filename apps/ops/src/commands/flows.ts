import { parseArgs } from 'node:util'
import type { INestApplicationContext } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { failedItems, readFlows, type FlowChange, type FlowStanding } from '#shared/operations'
import { numberGiven } from '../arguments.js'
import { change, changeGiven, changeOptions } from '../change.js'
import type { OpsContext, Run } from '../command.js'
import { OpsFailure, UsageError } from '../failures.js'
import { flowLines, stepLines, failedLines } from '../flows/flows.text.js'

const changes = ['hold', 'resume', 'approve', 'cancel'] as const satisfies FlowChange[]
const failedShown = 20

/** Large work: looked at, held, let go on, approved, and called off. */
export const flows: Run = async (args, context) => {
  const given = parse(args)
  await context.looking((parts) => {
    if (given.action === 'list') return list(parts, given, context)
    if (given.action === 'show') return show(parts, given, context)
    return perform(parts, given.action, given, context)
  })
}

type Given = ReturnType<typeof parse>

async function list(parts: INestApplicationContext, { limit, json }: Given, { print }: OpsContext) {
  const found = await read(parts, { limit })
  if (json) return print(JSON.stringify(found))
  if (!found.length) return print('there was no large work yet')
  flowLines(found).forEach(print)
}

async function show(parts: INestApplicationContext, { flow, json }: Given, { print }: OpsContext) {
  const [found] = await read(parts, { limit: 1, flow })
  if (!found) throw new OpsFailure(`there is no flow ${flow}`)
  const failed = await failedItems(parts.get(DatabaseConnection), flow, failedShown)
  if (json) return print(JSON.stringify({ ...found, failed }))
  flowLines([found]).forEach(print)
  stepLines(found).forEach(print)
  failedLines(failed).forEach(print)
}

async function perform(
  parts: INestApplicationContext,
  action: FlowChange,
  { flow, json, given }: Given,
  context: OpsContext,
) {
  const { result, words } = await change(context, parts, { name: `${action}-flow`, input: { flow }, given })
  context.print(json ? JSON.stringify({ dryRun: given.dryRun, ...result }) : words)
}

const read = (
  parts: INestApplicationContext,
  which: { readonly limit: number; readonly flow?: number },
): Promise<FlowStanding[]> => readFlows(parts.get(DatabaseConnection), parts.get(Clock).instant(), which)

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...changeOptions, limit: { type: 'string' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [named, number, ...others] = positionals
  const action = (['list', 'show', ...changes] as const).find((each) => each === named)
  if (!action) throw new UsageError(`what is to be done: list, show, ${changes.join(', ')}?`)
  if (others.length || (action === 'list') !== (number === undefined))
    throw new UsageError(
      action === 'list' ? 'list takes no number' : `${action} is about one flow: its number`,
    )
  if (values.limit !== undefined && action !== 'list') throw new UsageError('--limit is for list')
  const given = changeGiven(values)
  return {
    ...{ action, given, json: values.json, limit: numberGiven('--limit', values.limit ?? '20') },
    flow: number === undefined ? 0 : numberGiven('a flow', number),
  }
}
