import { dayOf, weekday, type LocalTime } from '#shared/clock'
import type { ClaimEnd } from './claim-ends.js'
import type { ExpectedEnd, SubmittedClaim } from './submitted-claim.js'

/** Monday to Friday from 10:00 up to 17:00 in London: when a claim that passes every rule is approved at once. */
export const isOfficeHours = (time: LocalTime): boolean =>
  weekday(dayOf(time)) <= 5 && time.slice(11) >= '10:00' && time.slice(11) < '17:00'

/**
 * In what a claim's end is not what its input says; nothing if all is right. Words for a terminal, without
 * personal data.
 * @param expected the end it should have come to: `claim.expected`, or `claim.expectedWaiting`
 */
export function differences(claim: SubmittedClaim, end: ClaimEnd, expected = claim.expected): string[] {
  const waits = expected === claim.expectedWaiting
  return [
    ...unlike('status', end.status ?? 'none', expected.status),
    ...unlike('events', end.events.join(', '), expected.events.join(', ')),
    ...unlike('emails', sorted(end.emails.map(({ template }) => template)), sorted(expected.emails)),
    ...unlike('cost in pence', end.cost, claim.expectedCost),
    ...unlike('waits for the daily run', end.waits, waits),
    ...(end.emails.some(({ address }) => address !== claim.expectedAddress)
      ? ['an email went to another address']
      : []),
    ...(end.checked ? [] : ['the benefit checker was not asked about the right person']),
    ...(end.leftOutside ? ['the claim is still in ExtSchema'] : []),
    ...end.failedTasks.map((task) => `${task} failed`),
  ]
}

/** The end of a claim decided on in office hours or out of them, before any daily run. */
export const expectedBeforeDailyRun = (claim: SubmittedClaim, officeHours: boolean): ExpectedEnd =>
  officeHours ? claim.expected : (claim.expectedWaiting ?? claim.expected)

const sorted = (names: readonly string[]): string => [...names].sort().join(', ')

function unlike<T>(what: string, actual: T, expected: T): string[] {
  return actual === expected ? [] : [`${what}: ${String(actual)} instead of ${String(expected)}`]
}
