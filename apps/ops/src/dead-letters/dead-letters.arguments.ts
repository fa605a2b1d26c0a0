import { parseArgs } from 'node:util'
import type { LetterFilter, LetterSelection } from '#shared/operations'
import { ageOptions, agesGiven, handlerGiven, numberGiven, textGiven } from '../arguments.js'
import { changeGiven, changeOptions, type ChangeGiven } from '../change.js'
import { UsageError } from '../failures.js'

const changes = ['retry', 'readdress', 'discard'] as const
const actions = ['list', 'show', ...changes] as const
type Action = (typeof actions)[number]

const options = {
  ...ageOptions,
  ...changeOptions,
  consumer: { type: 'string' },
  subject: { type: 'string' },
  /** Why it is done; `--reason` is that of the letters. */
  why: { type: 'string' },
  reference: { type: 'string' },
  limit: { type: 'string', default: '20' },
  all: { type: 'boolean', default: false },
  raw: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

/** Options that only some actions have a use for. */
const onlyFor: Readonly<Record<string, readonly Action[]>> = {
  limit: ['list'],
  all: changes,
  'dry-run': changes,
  yes: changes,
  why: changes,
  raw: ['show'],
}

export type DeadLetterArguments = { readonly json: boolean } & (
  | { readonly action: 'list'; readonly filter: LetterFilter; readonly limit: number }
  | { readonly action: 'show'; readonly sequence: number; readonly raw: boolean }
  | {
      readonly action: (typeof changes)[number]
      readonly selection: LetterSelection
      readonly given: ChangeGiven
    }
)

/** @throws UsageError where they do not say clearly what is meant */
export function deadLetterArguments(args: readonly string[]): DeadLetterArguments {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [first, ...numbers] = positionals
  const action = actions.find((each) => each === first)
  if (!action) throw new UsageError(`what is to be done: ${actions.join(', ')}?`)
  refuseForeign(args, action)
  const sequences = numbers.map((each) => numberGiven('the number of a dead letter', each))
  const filter = filterGiven(values)
  const filtered = Object.keys(filter).length > 0
  if (sequences.length && filtered) throw new UsageError('either numbers or a filter')
  const { json } = values
  if (action === 'list') {
    if (sequences.length) throw new UsageError('one letter is shown by `show`')
    return { action, json, filter, limit: numberGiven('--limit', values.limit) }
  }
  if (action === 'show') {
    const [sequence, ...others] = sequences
    if (sequence === undefined || others.length) throw new UsageError('the number of one dead letter')
    return { action, json, sequence, raw: values.raw }
  }
  if (values.all && (sequences.length || filtered)) throw new UsageError('--all, or which ones: not both')
  if (!values.all && !sequences.length && !filtered) {
    throw new UsageError('which dead letters: numbers, a filter or --all')
  }
  const selection = sequences.length ? { sequences } : { filter }
  return { action, json, selection, given: changeGiven(ofChange(values)) }
}

function refuseForeign(args: readonly string[], action: Action): void {
  for (const [option, allowed] of Object.entries(onlyFor)) {
    const given = args.some((each) => each === `--${option}` || each.startsWith(`--${option}=`))
    if (given && !allowed.includes(action)) throw new UsageError(`--${option} is not for ${action}`)
  }
}

const ofChange = (values: { 'dry-run': boolean; yes: boolean; why?: string }) => ({
  ...{ 'dry-run': values['dry-run'], yes: values.yes },
  ...(values.why === undefined ? {} : { reason: values.why }),
})

type Values = Parameters<typeof agesGiven>[0] &
  Partial<Record<'consumer' | 'reason' | 'subject' | 'reference', string>>

function filterGiven(values: Values): LetterFilter {
  const consumer = handlerGiven(textGiven('consumer', values.consumer))
  const reason = textGiven('reason', values.reason)
  const subject = textGiven('subject', values.subject)
  const reference = textGiven('reference', values.reference)
  return {
    ...agesGiven(values),
    ...(consumer === undefined ? {} : { consumer }),
    ...(reason === undefined ? {} : { reason }),
    ...(subject === undefined ? {} : { subject }),
    ...(reference === undefined ? {} : { reference }),
  }
}
