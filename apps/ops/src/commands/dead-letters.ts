import {
  DeadLetterOperations,
  type DeadLetter,
  type LetterFilter,
  type LetterOutcome,
  type LetterSelection,
} from '#shared/operations'
import { OpsFailure, type OpsContext, type Run } from '../command.js'
import { deadLetterArguments } from '../dead-letters/dead-letters.arguments.js'
import { detailLines, letterLines, outcomeWords } from '../dead-letters/dead-letters.text.js'
import { Tally } from '../tally.js'

/** Letters that are told one by one; of more, how many of each. */
const toldOneByOne = 20
const inJson = 1_000

interface Bulk {
  readonly selection: LetterSelection
  readonly dryRun: boolean
  readonly json: boolean
}

/** What handlers gave up on: looked at, run again, or thrown away. */
export const deadLetters: Run = async (args, context) => {
  const given = deadLetterArguments(args)
  await context.operating(async (parts) => {
    const operations = parts.get(DeadLetterOperations)
    if (given.action === 'list') await list(operations, given, context)
    else if (given.action === 'show') await show(operations, given, context)
    else if (given.action === 'retry') await retry(operations, given, context)
    else await discard(operations, given, context)
  })
}

async function list(
  operations: DeadLetterOperations,
  { filter, limit, json }: { filter: LetterFilter; limit: number; json: boolean },
  { print }: OpsContext,
): Promise<void> {
  const { letters, total } = await operations.list(filter, limit)
  if (!total && Object.keys(filter).length) throw nothingFound
  if (json) return print(JSON.stringify({ total, letters }))
  if (!total) return print('there are no dead letters')
  letterLines(letters, new Date()).forEach(print)
  if (total > letters.length) print(`the newest ${letters.length} of ${total}: --limit shows more`)
}

async function show(
  operations: DeadLetterOperations,
  { sequence, raw, json }: { sequence: number; raw: boolean; json: boolean },
  { print }: OpsContext,
): Promise<void> {
  const { raw: bytes, ...details } = await operations.show(sequence)
  const text = raw ? new TextDecoder().decode(bytes) : undefined
  if (json) return print(JSON.stringify({ ...details, ...(text === undefined ? {} : { raw: text }) }))
  detailLines({ ...details, raw: bytes }, new Date()).forEach(print)
  if (text !== undefined) print(text)
}

async function retry(operations: DeadLetterOperations, bulk: Bulk, { print }: OpsContext): Promise<void> {
  const tally = new Tally<LetterOutcome, { letter: DeadLetter; outcome: LetterOutcome }>(inJson)
  for await (const page of operations.retry(bulk.selection, bulk.dryRun))
    for (const result of page) tally.add(result.outcome, result)
  if (!tally.total) throw nothingFound
  const unpublished = tally.of('not-published')
  if (bulk.json) {
    const letters = tally.items.map(({ letter, outcome }) => ({ ...letter, outcome }))
    print(JSON.stringify({ dryRun: bulk.dryRun, outcomes: tally.byOutcome(), letters, cut: tally.cut }))
  } else {
    if (tally.total <= toldOneByOne)
      for (const { letter, outcome } of tally.items)
        print(`dead letter ${letter.sequence} (${letter.messageId || '?'}): ${outcomeWords[outcome]}`)
    const counts = Object.entries(tally.byOutcome()).map(([name, count]) => `${count} ${name}`)
    print(`${bulk.dryRun ? 'would be: ' : ''}${counts.join(', ')}`)
  }
  if (unpublished)
    throw new OpsFailure(`${unpublished} could not be published: their letters are still there`)
}

async function discard(operations: DeadLetterOperations, bulk: Bulk, { print }: OpsContext): Promise<void> {
  const tally = new Tally<'discarded', number>(inJson)
  for await (const page of operations.discard(bulk.selection, bulk.dryRun))
    for (const { sequence } of page) tally.add('discarded', sequence)
  if (!tally.total) throw nothingFound
  const { total: discarded, items: sequences, cut } = tally
  if (bulk.json) print(JSON.stringify({ dryRun: bulk.dryRun, discarded, sequences, cut }))
  else print(bulk.dryRun ? `would be discarded: ${discarded}` : `discarded: ${discarded}`)
}

const nothingFound = new OpsFailure('no dead letter is meant by that')
