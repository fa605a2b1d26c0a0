import type { LocalTime } from '#shared/clock'
import type { ClaimState, Entry } from '#shared/operations'
import { timeText } from '../text.js'
import type { Cell } from './table.js'

/** Something that happened, for the time line. */
export interface TimelineItem {
  readonly at: string
  readonly title: string
  readonly details: string
  readonly tag?: { readonly text: string; readonly colour: string }
  readonly href?: string
}

export const claimRows = (claims: readonly ClaimState[]): Cell[][] =>
  claims.map(({ claimId, schema, status, submitted, updated }) => [
    ...[claimId, schema, status, timeText(submitted), timeText(updated)],
  ])

/** In order of time, as it came. */
export const timelineOf = (entries: readonly Entry[]): TimelineItem[] =>
  entries.map((entry) => ({ at: timeText(entry.at), ...itemOf(entry) }))

function itemOf(entry: Entry): Omit<TimelineItem, 'at'> {
  switch (entry.what) {
    case 'event':
      return { title: `Event ${entry.name}`, details: `claim ${entry.claimId}` }
    case 'task':
      return {
        title: `Task ${entry.name}`,
        details: joined([
          `${entry.schema}.Task.${entry.taskId}`,
          entry.claimId === null ? '' : `claim ${entry.claimId}`,
          entry.processed === null ? '' : `processed ${timeText(entry.processed)}`,
        ]),
        tag: { text: entry.status, colour: colourOf(entry.status) },
      }
    case 'message':
      return {
        title: `Message ${entry.subject ?? 'of no subject'}`,
        details: joined([
          entry.id,
          entry.run === null ? '' : `run ${entry.run}`,
          publishedWords(entry),
          entry.retries ? `${entry.retries} attempts failed` : '',
          entry.lastReason === null ? '' : `last reason ${entry.lastReason}`,
          entry.ended === null ? '' : `ended ${timeText(entry.ended)}`,
        ]),
        tag: { text: entry.state, colour: colourOf(entry.state) },
      }
    case 'consumer':
      return {
        title: `Handler ${entry.consumer}`,
        details: joined([entry.id, entry.done === null ? '' : `done ${timeText(entry.done)}`]),
        tag: { text: entry.state, colour: colourOf(entry.state) },
      }
    case 'notification':
      return {
        title: `${entry.channel === 'sms' ? 'Text message' : 'Email'} handed over to Notify`,
        details: joined([
          entry.template,
          entry.id,
          entry.ended === null ? '' : `known ${timeText(entry.ended)}`,
          entry.next === null || entry.sentAnew !== null
            ? ''
            : `${entry.state === 'sending' ? 'looked up' : 'sent anew'} ${timeText(entry.next)}`,
          entry.sentAnew === null ? '' : `sent anew ${timeText(entry.sentAnew)}`,
        ]),
        tag: { text: entry.state, colour: colourOf(entry.state) },
      }
    case 'webhook':
      return {
        title: `Webhook ${entry.event} to ${entry.endpoint}`,
        details: joined([
          `number ${entry.sequence}`,
          entry.id,
          entry.reason === null ? '' : `reason ${entry.reason}`,
          entry.ended === null ? '' : `ended ${timeText(entry.ended)}`,
        ]),
        tag: { text: entry.state, colour: colourOf(entry.state) },
        href: `/webhooks/${entry.endpoint}`,
      }
    case 'dead-letter':
      return {
        title: `Given up by ${entry.consumer}: ${entry.reason}`,
        details: joined([entry.id, `after ${entry.deliveries} deliveries`]),
        tag: { text: `Dead letter ${entry.sequence}`, colour: 'red' },
        href: `/failures/${entry.sequence}`,
      }
  }
}

/** What was taken up straight from its Task row has ended, whether or not it was written down that it was published. */
function publishedWords({
  published,
  ended,
}: {
  published: LocalTime | null
  ended: LocalTime | null
}): string {
  if (published !== null) return `published ${timeText(published)}`
  return ended === null ? 'not published yet' : ''
}

const joined = (parts: readonly string[]): string => parts.filter(Boolean).join(', ')

function colourOf(state: string): string {
  if (['DONE', 'COMPLETE', 'delivered', 'sent', 'DELIVERED'].includes(state)) return 'green'
  return ['FAILED', 'GIVEN-UP', 'REFUSED'].includes(state) || state.endsWith('-failure') ? 'red' : 'yellow'
}
