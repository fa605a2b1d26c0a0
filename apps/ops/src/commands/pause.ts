import { parseArgs } from 'node:util'
import { toLondon } from '#shared/clock'
import { NatsClient, policies, type DeliveryPolicy, type HandlerName } from '#shared/messaging'
import { heldUp } from '#shared/operations'
import { handlerGiven } from '../arguments.js'
import { change, changeGiven, changeOptions, type ChangeGiven } from '../change.js'
import type { OpsContext, Run } from '../command.js'
import { UsageError } from '../failures.js'
import { tableLines } from '../table.js'
import { toSeconds } from '../times.js'

/** Stops a handler everywhere, or tells which are stopped. */
export const pause: Run = async (args, context) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...changeOptions,
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const { operating, print } = context
  if (values.list) {
    if (positionals.length || values.reason !== undefined) throw new UsageError('--list stands alone')
    return operating(async (parts) => {
      const { paused } = await heldUp(parts.get(NatsClient))
      if (values.json) return print(JSON.stringify({ paused }))
      if (!paused.length) return print('no handler is paused')
      tableLines(
        ['HANDLER', 'SINCE', 'REASON'],
        paused.map(({ handler, since, reason }) => [handler, toSeconds(toLondon(since)), reason]),
      ).forEach(print)
    })
  }
  const handler = oneHandler(positionals)
  const given = changeGiven(values)
  await operating(async (parts) => {
    const { result, words } = await change(context, parts, {
      name: 'pause-handler',
      input: { handler },
      given,
    })
    const { paused, reason } = result
    print(values.json ? JSON.stringify({ handler, paused, reason }) : words)
  })
}

/** Lets a handler go on. */
export const resume: Run = async (args, context) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...changeOptions,
      json: { type: 'boolean', default: false },
      upstream: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const { operating, print } = context
  const handler = oneHandler(positionals)
  const given = changeGiven(values)
  if (values.upstream) return tryUpstream(handler, context, given)
  await operating(async (parts) => {
    const { result, words } = await change(context, parts, {
      name: 'resume-handler',
      input: { handler },
      given,
    })
    const { paused, resumed } = result
    print(values.json ? JSON.stringify({ handler, paused, resumed }) : words)
  })
}

async function tryUpstream(handler: HandlerName, context: OpsContext, given: ChangeGiven): Promise<void> {
  const { upstream }: DeliveryPolicy = policies[handler]
  if (!upstream) throw new UsageError(`${handler} has no upstream`)
  await context.operating(async (parts) => {
    const { words } = await change(context, parts, { name: 'try-upstream', input: { upstream }, given })
    context.print(words)
  })
}

function oneHandler(positionals: readonly string[]): HandlerName {
  const [name, ...others] = positionals
  if (others.length) throw new UsageError('one handler at a time')
  return handlerGiven(name ?? '') as HandlerName
}
