import type { ClaimResult } from './claims.js'

const headings = ['reference', 'claim', 'decision', 'emails', 'ms', ''] as const
const msColumn = 4

/** The table of what became of each claim. */
export function table(results: readonly ClaimResult[]): string {
  const rows = [headings, ...results.map(cells)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === msColumn ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return rows.map((row) => `  ${line(row)}`).join('\n')
}

function cells({ claim, end, waited, ms, wrong }: ClaimResult): string[] {
  return [
    claim.reference,
    claim.title,
    decision(end.status, end.events, waited),
    end.emails.map(({ template }) => shortName(template)).join(', '),
    ms === undefined ? '-' : String(ms),
    wrong.length ? 'WRONG' : 'ok',
  ]
}

function decision(status: string | undefined, events: readonly string[], waited: boolean): string {
  switch (status) {
    case undefined:
      return 'not moved in'
    case 'AUTO-APPROVED':
      return `${status}, ${waited ? 'by the daily run' : 'at once'}`
    case 'NEW':
      return events.includes('AUTO-APPROVAL-FAILURE') ? 'NEW, a rule failed' : 'NEW, for a caseworker'
    default:
      return status
  }
}

/** `ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID` is the email `accepted-bank`. */
const shortName = (template: string): string =>
  template
    .replace(/_(EMAIL_)?TEMPLATE_ID$/, '')
    .replace('_CLAIM', '')
    .replaceAll('_', '-')
    .toLowerCase()

/** What the numbers say, and every claim that did not end as its input says. */
export function summary(results: readonly ClaimResult[], seconds: number): string {
  const wrong = results.filter((result) => result.wrong.length)
  const right = wrong.length
    ? `${wrong.length} did NOT end as expected:`
    : 'every one of them ended as its input says'
  return [
    `  ${results.length} claims in ${seconds.toFixed(1)} s: ${right}`,
    ...wrong.map(({ claim, wrong: why }) => `    ${claim.reference} (${claim.title}): ${why.join('; ')}`),
    ...times(results).map((line) => `  ${line}`),
  ].join('\n')
}

function times(results: readonly ClaimResult[]): string[] {
  const waited = results.filter((result) => result.waited).length
  const ms = results.flatMap((result) => (result.waited || result.ms === undefined ? [] : [result.ms]))
  return [
    ...(ms.length ? [`p50 ${percentile(ms, 50)} ms, p99 ${percentile(ms, 99)} ms`] : []),
    "ms: from the Task row's DateCreated to the end of the claim's last message, both from the database",
    ...(waited ? [`not in p50 and p99, for they waited for the daily run: ${waited}`] : []),
  ]
}

/** The smallest value that so many per cent of all are not above. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0
}
