import { parseArgs } from 'node:util'
import type { INestApplicationContext } from '@nestjs/common'
import { DatabaseConnection } from '#shared/database'
import {
  actions,
  doesNotFit,
  readDeliveries,
  readEndpoints,
  type ActionName,
  type InputOf,
} from '#shared/operations'
import { numberGiven } from '../arguments.js'
import { change, changeGiven, changeOptions } from '../change.js'
import type { OpsContext, Run } from '../command.js'
import { OpsFailure, UsageError } from '../failures.js'
import { deliveryLines, detailLines, endpointLines } from '../webhooks/webhooks.text.js'

const changes = {
  add: 'add-webhook-endpoint',
  change: 'change-webhook-endpoint',
  retry: 'retry-webhook-deliveries',
  test: 'test-webhook-endpoint',
} as const satisfies Record<string, ActionName>
type Changing = keyof typeof changes

const words = ['list', 'show', ...(Object.keys(changes) as Changing[])] as const

/** The endpoints that events are sent to: looked at, added, changed, tried again and tested. */
export const webhooks: Run = async (args, context) => {
  const given = parse(args)
  await context.looking((parts) => {
    if (given.action === 'list') return list(parts, given, context)
    if (given.action === 'show') return show(parts, given, context)
    return perform(parts, given.action, given, context)
  })
}

type Given = ReturnType<typeof parse>

async function list(parts: INestApplicationContext, { json }: Given, { print }: OpsContext) {
  const found = await readEndpoints(parts.get(DatabaseConnection))
  if (json) return print(JSON.stringify(found))
  if (!found.length) return print('there is no endpoint yet')
  endpointLines(found).forEach(print)
}

async function show(parts: INestApplicationContext, { name, limit, json }: Given, { print }: OpsContext) {
  const connection = parts.get(DatabaseConnection)
  const [found] = await readEndpoints(connection, name)
  if (!found) throw new OpsFailure(`there is no endpoint ${name}`)
  const deliveries = await readDeliveries(connection, name, { limit })
  if (json) return print(JSON.stringify({ ...found, newest: deliveries }))
  for (const line of [...endpointLines([found]), ...detailLines(found), ...deliveryLines(deliveries)])
    print(line)
}

async function perform(
  parts: INestApplicationContext,
  action: Changing,
  { input, json, given }: Given,
  context: OpsContext,
) {
  const { result, words: said } = await change(context, parts, {
    name: changes[action],
    input: input as InputOf<(typeof changes)[Changing]>,
    given,
  })
  context.print(json ? JSON.stringify({ dryRun: given.dryRun, ...result }) : said)
}

const options = {
  ...changeOptions,
  address: { type: 'string' },
  event: { type: 'string', multiple: true },
  secret: { type: 'string' },
  'other-secret': { type: 'string' },
  token: { type: 'string' },
  state: { type: 'string' },
  from: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [named, name = '', ...others] = positionals
  const action = words.find((each) => each === named)
  if (!action) throw new UsageError(`what is to be done: ${words.join(', ')}?`)
  if (others.length || (action === 'list') !== (name === ''))
    throw new UsageError(
      action === 'list' ? 'list takes no name' : `${action} is about one endpoint: its name`,
    )
  const given = changeGiven(values)
  return {
    ...{ action, name, given, json: values.json, limit: numberGiven('--limit', values.limit ?? '20') },
    input: action === 'list' || action === 'show' ? undefined : inputOf(action, { name, ...wanted(values) }),
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

/** What is absent is not said. */
function wanted({ address, event, secret, 'other-secret': other, token, state, from }: Values): object {
  return {
    ...(address === undefined ? {} : { address }),
    ...(event === undefined ? {} : { events: event }),
    ...(secret === undefined ? {} : { secret }),
    ...(other === undefined ? {} : { otherSecret: other === 'none' ? null : other }),
    ...(token === undefined ? {} : { token: yesOrNo(token) }),
    ...(state === undefined ? {} : { state }),
    ...(from === undefined ? {} : { from: numberGiven('--from', from) }),
  }
}

function yesOrNo(text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw new UsageError('--token is yes or no')
  return text === 'yes'
}

/** @throws UsageError naming what does not fit */
function inputOf(action: Changing, input: object): unknown {
  const read = actions[changes[action]].input.safeParse(input)
  if (read.success) return read.data
  throw new UsageError(`that does not fit ${action}: ${doesNotFit(read.error)}`)
}
