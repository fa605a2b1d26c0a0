import { taskNamed, type Entry, type Journey, type Waiting } from '#shared/operations'
import { tableLines, type Cell } from '../table.js'
import { timeOn } from '../times.js'

/** The journey for people: the claims as they stand, then a line for each thing that happened. */
export function journeyLines({
  reference,
  claims,
  entries,
  waiting,
}: Pick<Journey, 'reference' | 'claims' | 'entries'> & { readonly waiting: readonly Waiting[] }): string[] {
  const claimRows = claims.map(({ claimId, schema, status, submitted, updated }) => [
    claimId,
    schema,
    status,
    submitted,
    updated,
  ])
  const none = taskNamed(reference) ? [] : ['no claim of it is in ExtSchema or IntSchema', '']
  const stand = claims.length
    ? [...tableLines(['CLAIM', 'IN', 'STATUS', 'SUBMITTED', 'LAST UPDATED'], claimRows), '']
    : none
  const happened = entries.map((entry) => [entry.at, entry.what, ...cells(entry)])
  return [
    reference,
    '',
    ...stand,
    ...tableLines(['LONDON TIME', 'WHAT', 'NAME', 'ID', 'STATE', 'DETAILS'], happened),
    ...(waiting.length
      ? [
          '',
          ...tableLines(
            ['WAITS', 'HANDLER', 'FOR'],
            waiting.map(({ id, handler, words }) => [id, handler, words]),
          ),
        ]
      : []),
  ]
}

/** Name, id, state, details. */
function cells(entry: Entry): Cell[] {
  const then = (word: string, time: string | null) =>
    time === null ? [] : [`${word} ${timeOn(entry.at, time)}`]
  switch (entry.what) {
    case 'event':
      return [entry.name, `claim ${entry.claimId}`, null, isInternal(entry.internal)]
    case 'task': {
      const details = [...ofClaim(entry.claimId), ...then('processed', entry.processed)]
      return [entry.name, `${entry.schema}.Task.${entry.taskId}`, entry.status, details.join(', ')]
    }
    case 'message': {
      const details = [
        ...(entry.run === null ? [] : [`run ${entry.run}`]),
        ...then('published', entry.published),
        ...(entry.retries ? [`retries ${entry.retries}`] : []),
        ...(entry.lastReason === null ? [] : [`last reason ${entry.lastReason}`]),
        ...then('ended', entry.ended),
      ]
      return [entry.subject, entry.id, entry.state, details.join(', ')]
    }
    case 'consumer':
      return [entry.consumer, entry.id, entry.state, then('done', entry.done).join('')]
    case 'notification': {
      const details = [
        entry.channel,
        ...then('known', entry.ended),
        ...then(entry.state === 'sending' ? 'looked up' : 'sent anew', entry.sentAnew ?? entry.next),
      ]
      return [entry.template, entry.id, entry.state, details.join(', ')]
    }
    case 'webhook': {
      const details = [
        `number ${entry.sequence} at ${entry.endpoint}`,
        ...(entry.reason === null ? [] : [`reason ${entry.reason}`]),
        ...then('ended', entry.ended),
      ]
      return [entry.event, entry.id, entry.state, details.join(', ')]
    }
    case 'dead-letter': {
      const details = `after ${entry.deliveries} deliveries, number ${entry.sequence} in the stream`
      return [entry.consumer, entry.id, entry.reason, details]
    }
  }
}

const ofClaim = (claimId: number | null): string[] => (claimId === null ? [] : [`claim ${claimId}`])

function isInternal(internal: boolean | null): string | null {
  if (internal === null) return null
  return internal ? 'internal' : 'not internal'
}
