import { parseArgs } from 'node:util'
import { toLondon } from '#shared/clock'
import {
  NatsClient,
  OperatorControl,
  policies,
  type DeliveryPolicy,
  type HandlerName,
} from '#shared/messaging'
import { handlerGiven, textGiven } from '../arguments.js'
import { UsageError, type Run } from '../command.js'
import { tableLines } from '../table.js'
import { toSeconds } from '../times.js'

/** Stops a handler everywhere, or tells which are stopped. */
export const pause: Run = async (args, { operating, print }) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      reason: { type: 'string' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  if (values.list) {
    if (positionals.length || values.reason !== undefined) throw new UsageError('--list stands alone')
    return operating(async (parts) => {
      const { paused } = await new OperatorControl(parts.get(NatsClient)).states()
      if (values.json) return print(JSON.stringify({ paused }))
      if (!paused.length) return print('no handler is paused')
      tableLines(
        ['HANDLER', 'SINCE', 'REASON'],
        paused.map(({ handler, since, reason }) => [handler, toSeconds(toLondon(since)), reason]),
      ).forEach(print)
    })
  }
  const handler = oneHandler(positionals)
  const reason = textGiven('reason', values.reason) ?? 'by an operator'
  await operating(async (parts) => {
    await new OperatorControl(parts.get(NatsClient)).pause(handler, reason)
    print(values.json ? JSON.stringify({ handler, paused: true, reason }) : `${handler} is paused: ${reason}`)
  })
}

/** Lets a handler go on. */
export const resume: Run = async (args, { operating, print }) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, upstream: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const handler = oneHandler(positionals)
  await operating(async (parts) => {
    if (values.upstream) return tryUpstream(handler, parts.get(NatsClient), print)
    const resumed = await new OperatorControl(parts.get(NatsClient)).resume(handler)
    if (values.json) return print(JSON.stringify({ handler, paused: false, resumed }))
    print(resumed ? `${handler} goes on` : `${handler} was not paused`)
  })
}

async function tryUpstream(
  handler: HandlerName,
  nats: NatsClient,
  print: (line: string) => void,
): Promise<void> {
  const { upstream }: DeliveryPolicy = policies[handler]
  if (!upstream) throw new UsageError(`${handler} has no upstream`)
  const out = await new OperatorControl(nats).tryNow(upstream)
  print(out ? `${upstream} is tried now` : `${upstream} is not out`)
}

function oneHandler(positionals: readonly string[]): HandlerName {
  const [name, ...others] = positionals
  if (others.length) throw new UsageError('one handler at a time')
  return handlerGiven(name ?? '') as HandlerName
}
