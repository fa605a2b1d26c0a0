import { parseArgs } from 'node:util'
import { subjectKinds, targetFormats, targetNameShape } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { actions, doesNotFit, type InputOf } from '#shared/operations'
import { targetStandings } from '#shared/provisioning'
import { change, changeGiven, changeOptions } from '../change.js'
import type { OpsContext, Run } from '../command.js'
import { OpsFailure, UsageError } from '../failures.js'
import { reasonLines, targetLines } from '../targets/targets.text.js'

const changes = ['hold', 'resume', 'fill', 'remove'] as const

/** The systems that are told of users, roles and organisations: how far each is; set up, held, let go on, told again, removed. */
export const targets: Run = async (args, context) => {
  const given = parse(args)
  // It is the database's: it can be looked at and said while the broker is away.
  await context.looking(async (parts) => {
    const { connection, print } = { connection: parts.get(DatabaseConnection), print: context.print }
    if (given.action === 'list' || given.action === 'show')
      return look(connection, { ...given, isList: given.action === 'list' }, context)
    const { result, words } =
      given.action === 'set'
        ? await change(context, parts, { name: 'set-target', input: given.input, given: given.given })
        : await change(context, parts, {
            ...({ name: `${given.action}-target`, given: given.given } as const),
            input: { target: given.target },
          })
    print(given.json ? JSON.stringify({ dryRun: given.given.dryRun, ...result }) : words)
  })
}

async function look(
  connection: DatabaseConnection,
  { isList, target, json }: { readonly isList: boolean; readonly target: string; readonly json: boolean },
  { print }: OpsContext,
): Promise<void> {
  const all = await targetStandings(connection)
  const found = isList ? all : all.filter(({ name }) => name === target)
  if (!isList && !found.length) throw new OpsFailure(`there is no target ${target}`)
  if (json) return print(JSON.stringify(isList ? found : found[0]))
  if (!found.length) return print('there is no target')
  targetLines(found).forEach(print)
  if (!isList) found.flatMap(reasonLines).forEach(print)
}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...changeOptions,
      wsdl: { type: 'string' },
      format: { type: 'string' },
      kind: { type: 'string', multiple: true },
      credentials: { type: 'string' },
      addressed: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const [word, target = '', ...others] = positionals
  const action = (['list', 'show', 'set', ...changes] as const).find((each) => each === word)
  if (!action) throw new UsageError(`what is to be done: list, show, set, ${changes.join(', ')}?`)
  if (others.length || (action === 'list') !== (target === ''))
    throw new UsageError(action === 'list' ? 'list takes no name' : `${action} is about one target: its name`)
  if (target !== '' && !targetNameShape.test(target))
    throw new UsageError('a target is named in small letters, digits and hyphens')
  const common = { target, given: changeGiven(values), json: values.json }
  if (action === 'set') return { action, ...common, input: inputOf(target, values) }
  const { wsdl, format, kind, credentials, addressed } = values
  if ([wsdl, format, kind, credentials].some((each) => each !== undefined) || addressed)
    throw new UsageError('how a target is told is for set')
  return { action, ...common }
}

interface SetOptions {
  readonly wsdl?: string | undefined
  readonly format?: string | undefined
  readonly kind?: readonly string[] | undefined
  readonly credentials?: string | undefined
  readonly addressed: boolean
}

function inputOf(target: string, options: SetOptions): InputOf<'set-target'> {
  const { wsdl, format, kind = [], credentials = null, addressed } = options
  const input = actions['set-target'].input.safeParse({
    ...{ target, wsdl, format, kinds: kind, credentials, addressed },
  })
  if (input.success) return input.data
  throw new UsageError(
    `that does not fit set: ${doesNotFit(input.error)} (formats ${targetFormats.join(', ')}; kinds ${subjectKinds.join(', ')})`,
  )
}
