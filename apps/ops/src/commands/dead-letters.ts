import type { INestApplicationContext } from '@nestjs/common'
import { Letters, tallyWords, type LetterFilter, type LetterSelection } from '#shared/operations'
import { change, type ChangeGiven } from '../change.js'
import type { OpsContext, Run } from '../command.js'
import { OpsFailure } from '../failures.js'
import { deadLetterArguments } from '../dead-letters/dead-letters.arguments.js'
import { detailLines, letterLines, outcomeWords } from '../dead-letters/dead-letters.text.js'

/** Letters that are told one by one; of more, how many of each. */
const toldOneByOne = 20

interface Bulk {
  readonly action: 'retry' | 'readdress' | 'discard'
  readonly selection: LetterSelection
  readonly given: ChangeGiven
  readonly json: boolean
}

/** What handlers gave up on: looked at, run again, or thrown away. */
export const deadLetters: Run = async (args, context) => {
  const given = deadLetterArguments(args)
  await context.operating(async (parts) => {
    if (given.action === 'list') await list(parts.get(Letters), given, context)
    else if (given.action === 'show') await show(parts.get(Letters), given, context)
    else if (given.action === 'discard') await discard(parts, given, context)
    else await retry(parts, given, context)
  })
}

async function list(
  operations: Letters,
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
  operations: Letters,
  { sequence, raw, json }: { sequence: number; raw: boolean; json: boolean },
  { print }: OpsContext,
): Promise<void> {
  const { raw: bytes, ...details } = await operations.show(sequence)
  const text = raw ? new TextDecoder().decode(bytes) : undefined
  if (json) return print(JSON.stringify({ ...details, ...(text === undefined ? {} : { raw: text }) }))
  detailLines({ ...details, raw: bytes }, new Date()).forEach(print)
  if (text !== undefined) print(text)
}

async function retry(parts: INestApplicationContext, bulk: Bulk, context: OpsContext): Promise<void> {
  const { action, selection, given, json } = bulk
  const { print } = context
  const name = action === 'readdress' ? 'readdress-dead-letters' : 'retry-dead-letters'
  const { result } = await change(context, parts, { name, input: selection, given })
  const { total, outcomes, letters, cut } = result
  if (json) {
    const flat = letters.map(({ letter, outcome }) => ({ ...letter, outcome }))
    print(JSON.stringify({ dryRun: given.dryRun, outcomes, letters: flat, cut }))
  } else {
    if (total <= toldOneByOne)
      for (const { letter, outcome } of letters)
        print(`dead letter ${letter.sequence} (${letter.messageId || '?'}): ${outcomeWords[outcome]}`)
    print(`${given.dryRun ? 'would be: ' : ''}${tallyWords(outcomes)}`)
  }
  const unpublished = outcomes['not-published']
  if (unpublished)
    throw new OpsFailure(`${unpublished} could not be published: their letters are still there`)
}

async function discard(parts: INestApplicationContext, bulk: Bulk, context: OpsContext): Promise<void> {
  const { selection, given, json } = bulk
  const { dryRun } = given
  const { result } = await change(context, parts, { name: 'discard-dead-letters', input: selection, given })
  const { discarded, sequences, cut } = result
  if (json) context.print(JSON.stringify({ dryRun, discarded, sequences, cut }))
  else context.print(dryRun ? `would be discarded: ${discarded}` : `discarded: ${discarded}`)
}

const nothingFound = new OpsFailure('no dead letter is meant by that')
