import { isHandlerName } from '#shared/messaging'
import type { JobMissedMessage } from '#shared/contracts'

/** Something people are to be told. */
export type News =
  | { readonly kind: 'dead-letter'; readonly handler: string; readonly reason: string }
  | ({ readonly kind: 'missed-job' } & JobMissedMessage)

interface LetterKind {
  readonly handler: string
  readonly reason: string
  readonly count: number
}

/** Lines of one message: the chat must stay readable. */
const mostKinds = 15
/** What a reason is: a code. Whatever else somebody has written there is not passed on. */
const code = /^[\w.-]{1,80}$/

/**
 * One message for all the news: dead letters counted by handler and reason, the most frequent first, with the commands to
 * run. Only names, codes, counts and dates of this project's own get into it.
 */
export function digestText(news: readonly News[], runbook: string): string {
  const kinds = letterKinds(news)
  const missed = news.flatMap((each) => (each.kind === 'missed-job' ? [each] : []))
  return [
    '*Help with Prison Visits*',
    ...letterLines(kinds),
    ...[...new Set(missed.map(missedLine))].sort(),
    `What to do: ${runbook}${kinds.length ? '#there-are-dead-letters' : '#a-job-did-not-run'}`,
  ].join('\n')
}

function letterKinds(news: readonly News[]): LetterKind[] {
  const kinds = new Map<string, LetterKind>()
  for (const each of news) {
    if (each.kind !== 'dead-letter') continue
    const handler = isHandlerName(each.handler) ? each.handler : 'unknown handler'
    const reason = code.test(each.reason) ? each.reason : 'no code'
    const key = `${handler} ${reason}`
    kinds.set(key, { handler, reason, count: (kinds.get(key)?.count ?? 0) + 1 })
  }
  return [...kinds.values()].sort((one, other) => other.count - one.count)
}

function letterLines(kinds: readonly LetterKind[]): string[] {
  if (!kinds.length) return []
  const rest = kinds.slice(mostKinds)
  return [
    `${counted(sum(kinds), 'dead letter')}:`,
    ...kinds.slice(0, mostKinds).map(letterLine),
    ...(rest.length
      ? [`• ${sum(rest)} of ${counted(rest.length, 'more kind')}: \`npm run ops -- dead-letters list\``]
      : []),
  ]
}

function letterLine({ handler, reason, count }: LetterKind): string {
  const ofHandler = isHandlerName(handler) ? ` --consumer ${handler}` : ''
  const ofReason = code.test(reason) ? ` --reason ${reason}` : ''
  return `• ${count} × ${handler}, ${reason}: \`npm run ops -- dead-letters list${ofHandler}${ofReason}\``
}

const missedLine = ({ job, date }: JobMissedMessage): string =>
  `Job missed: ${job} of ${date}, too late to catch up. If it is still wanted: \`npm run ops -- fire ${job} --date ${date}\``

const sum = (kinds: readonly LetterKind[]): number => kinds.reduce((all, { count }) => all + count, 0)

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
