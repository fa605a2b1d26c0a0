import { isHandlerName } from '#shared/messaging'
import type {
  JobMissedMessage,
  NotificationFailedMessage,
  PrisonRegisterImportedMessage,
  WebhookEndpointEndedMessage,
} from '#shared/contracts'

/** Something people are to be told. */
export type News =
  | { readonly kind: 'dead-letter'; readonly handler: string; readonly reason: string }
  | ({ readonly kind: 'missed-job' } & JobMissedMessage)
  | ({ readonly kind: 'prison-register' } & PrisonRegisterImportedMessage)
  | ({ readonly kind: 'failed-notification' } & NotificationFailedMessage)
  | ({ readonly kind: 'ended-endpoint' } & WebhookEndpointEndedMessage)

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
  const imports = news.flatMap((each) => (each.kind === 'prison-register' ? [each] : []))
  const missed = news.flatMap((each) => (each.kind === 'missed-job' ? [each] : []))
  return [
    '*Help with Prison Visits*',
    ...letterLines(kinds),
    ...[...new Set(missed.map(missedLine))].sort(),
    ...imports.map(importLine),
    ...failedLines(news),
    ...endedLines(news),
    ...whatToDo(news, runbook),
  ].join('\n')
}

/** The runbook's entry about the worst of it; none where all went well. */
function whatToDo(news: readonly News[], runbook: string): string[] {
  const is = (kind: News['kind']) => news.some((each) => each.kind === kind)
  const entry = is('dead-letter')
    ? '#there-are-dead-letters'
    : is('missed-job')
      ? '#a-job-did-not-run'
      : news.some((each) => each.kind === 'prison-register' && (each.failed || each.refused !== undefined))
        ? '#a-prison-register-was-refused'
        : is('failed-notification')
          ? '#a-notification-reached-nobody'
          : is('ended-endpoint')
            ? '#a-webhook-endpoint-is-held-or-gone'
            : undefined
  return entry === undefined ? [] : [`What to do: ${runbook}${entry}`]
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

function failedLines(news: readonly News[]): string[] {
  const failed = news.flatMap((each) => (each.kind === 'failed-notification' ? [each] : []))
  if (!failed.length) return []
  const counts = new Map<string, number>()
  for (const { channel, template, state } of failed) {
    const line = `${channel === 'sms' ? 'text message' : 'email'}, ${template}: ${state}`
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  const lines = [...counts].sort(([, one], [, other]) => other - one)
  const rest = lines.slice(mostKinds).reduce((all, [, count]) => all + count, 0)
  return [
    `${counted(failed.length, 'notification')} reached nobody:`,
    ...lines.slice(0, mostKinds).map(([line, count]) => `• ${count} × ${line}`),
    ...(rest ? [`• ${rest} of other templates`] : []),
  ]
}

const endedLines = (news: readonly News[]): string[] =>
  news.flatMap((each) =>
    each.kind === 'ended-endpoint'
      ? [
          `Webhook endpoint gone: ${each.endpoint}. Nothing is sent there any more: \`npm run ops -- webhooks show ${each.endpoint}\``,
        ]
      : [],
  )

const missedLine = ({ job, date }: JobMissedMessage): string =>
  `Job missed: ${job} of ${date}, too late to catch up. If it is still wanted: \`npm run ops -- fire ${job} --date ${date}\``

function importLine({ flow, changed, closed, failed, refused }: PrisonRegisterImportedMessage): string {
  const show = `\`npm run ops -- flows show ${flow}\``
  if (refused !== undefined)
    return `Prison register refused: ${code.test(refused) ? refused : 'no code'}. Nothing was changed: ${show}`
  const said = `Prison register imported: ${counted(changed, 'prison')} changed, ${closed} of them closed`
  return failed ? `${said}; ${failed} could not be taken in: ${show}` : `${said}.`
}

const sum = (kinds: readonly LetterKind[]): number => kinds.reduce((all, { count }) => all + count, 0)

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
