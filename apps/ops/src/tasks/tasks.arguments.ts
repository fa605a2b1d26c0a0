import { parseArgs } from 'node:util'
import { taskStatus } from '#shared/contracts'
import type { InputOf, TaskFilter } from '#shared/operations'
import { ageOptions, agesGiven, numberGiven, textGiven } from '../arguments.js'
import { changeGiven, changeOptions, type ChangeGiven } from '../change.js'
import { UsageError } from '../failures.js'

const options = {
  ...ageOptions,
  ...changeOptions,
  schema: { type: 'string' },
  id: { type: 'string' },
  task: { type: 'string' },
  reference: { type: 'string' },
  status: { type: 'string' },
  limit: { type: 'string' },
  all: { type: 'boolean', default: false },
  closed: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

const schemas = { ext: 'ExtSchema', int: 'IntSchema' } as const

export type TaskArguments = { readonly json: boolean; readonly filter: TaskFilter } & (
  | { readonly action: 'list'; readonly status: string; readonly limit: number }
  | { readonly action: 'retry' | 'close'; readonly given: ChangeGiven }
  | { readonly action: 'cancel'; readonly task: InputOf<'cancel-task'>; readonly given: ChangeGiven }
)

/** @throws UsageError where they do not say clearly what is meant */
export function taskArguments(args: readonly string[]): TaskArguments {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [action, ...others] = positionals
  if (others.length) throw new UsageError('a row is named by --schema and --id')
  const filter = filterGiven(values)
  const { json } = values
  if (action === 'list') return { json, ...listGiven(values, filter) }
  if (action !== 'retry' && action !== 'close' && action !== 'cancel')
    throw new UsageError('what is to be done: list, retry, close, cancel?')
  const meant = action === 'cancel' ? 'a row that waits is' : 'failed rows are'
  if (values.status !== undefined || values.limit !== undefined || values.closed) {
    throw new UsageError(`--status, --limit and --closed are for list: only ${meant} for ${action}`)
  }
  if (action === 'cancel')
    return { action, json, filter, task: oneRow(values, filter), given: changeGiven(values) }
  const filtered = Object.keys(filter).length > 0
  if (values.all && filtered) throw new UsageError('--all, or which ones: not both')
  if (!values.all && !filtered) throw new UsageError('which tasks: a filter or --all')
  return { action, json, filter, given: changeGiven(values) }
}

function listGiven(values: Given, filter: TaskFilter) {
  if (values.all || values['dry-run']) throw new UsageError('--all and --dry-run are for retry and close')
  if (values.yes || values.reason !== undefined)
    throw new UsageError('--yes and --reason are for retry and close')
  const status = statusGiven(values.status)
  const limit = numberGiven('--limit', values.limit ?? '20')
  return {
    action: 'list' as const,
    filter: values.closed ? { ...filter, closed: true } : filter,
    status,
    limit,
  }
}

/** @throws UsageError unless it names a row and nothing else */
function oneRow({ all }: { all: boolean }, { schema, id, ...others }: TaskFilter): InputOf<'cancel-task'> {
  if (schema === undefined || id === undefined || all || Object.keys(others).length)
    throw new UsageError('cancel is about one row: --schema and --id')
  return { schema, taskId: id }
}

function statusGiven(status: string = taskStatus.failed): string {
  const known = Object.values<string>(taskStatus).find((each) => each === status.toUpperCase())
  if (known === undefined)
    throw new UsageError(`the status is one of ${Object.values(taskStatus).join(', ')}`)
  return known
}

type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']
type Values = Parameters<typeof agesGiven>[0] &
  Partial<Record<'schema' | 'id' | 'task' | 'reference', string>>

function filterGiven(values: Values): TaskFilter {
  const task = textGiven('task', values.task)
  const reference = textGiven('reference', values.reference)
  const id = values.id === undefined ? undefined : numberGiven('--id', values.id)
  if (id !== undefined && values.schema === undefined) {
    throw new UsageError('--id needs --schema: each has its own numbers')
  }
  return {
    ...agesGiven(values),
    ...(values.schema === undefined ? {} : { schema: schemaGiven(values.schema) }),
    ...(id === undefined ? {} : { id }),
    ...(task === undefined ? {} : { task }),
    ...(reference === undefined ? {} : { reference }),
  }
}

function schemaGiven(name: string): 'ExtSchema' | 'IntSchema' {
  if (name !== 'ext' && name !== 'int') throw new UsageError('--schema is ext or int')
  return schemas[name]
}
