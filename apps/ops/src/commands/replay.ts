import { parseArgs } from 'node:util'
import { Replay, replayableSubjects, subjectsMeant, type Period, type Replayed } from '#shared/operations'
import { momentGiven } from '../arguments.js'
import { OpsFailure, UsageError, type Run } from '../command.js'
import { tableLines } from '../table.js'

/** After every so many messages the operator hears that it goes on. */
const progressEvery = 5_000

/** Publishes a stretch of the streams to its handlers once more; what was done stays done. */
export const replay: Run = async (args, { operating, print, warn }) => {
  const { subjects, period, dryRun, json } = parse(args)
  await operating(async (parts) => {
    const counts = new Map<string, Replayed>()
    let heard = 0
    for await (const page of parts.get(Replay).replay(subjects, period, dryRun)) {
      for (const each of page) add(counts, each)
      const total = sum(counts)
      if (total.read - heard < progressEvery) continue
      heard = total.read
      warn(`${total.read} read, ${total.republished} ${dryRun ? 'to republish' : 'republished'}`)
    }
    const total = sum(counts)
    if (!total.read) throw new OpsFailure('nothing was published there in that time')
    const rows = [...counts.values()]
    if (json) return print(JSON.stringify({ ...period, dryRun, subjects: rows, total }))
    tableLines(
      ['SUBJECT', 'READ', dryRun ? 'TO REPUBLISH' : 'REPUBLISHED'],
      [...rows, { subject: 'together', ...total }].map((row) => [row.subject, row.read, row.republished]),
    ).forEach(print)
  })
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      subject: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string', default: '0s' },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const subjects = subjectsMeant(values.subject ?? '')
  if (!subjects.length) {
    throw new UsageError(`--subject is one of ${replayableSubjects.join(', ')}, or a pattern of them`)
  }
  if (values.from === undefined) throw new UsageError('--from which time?')
  // The streams bear the server's own time, whatever this process takes for now.
  const now = new Date()
  const period: Period = {
    from: momentGiven('from', values.from, now),
    to: momentGiven('to', values.to, now),
  }
  if (period.from >= period.to) throw new UsageError('--from is before --to')
  return { subjects, period, dryRun: values['dry-run'], json: values.json }
}

function add(counts: Map<string, Replayed>, { subject, read, republished }: Replayed): void {
  const before = counts.get(subject)
  counts.set(subject, {
    subject,
    read: read + (before?.read ?? 0),
    republished: republished + (before?.republished ?? 0),
  })
}

const sum = (counts: ReadonlyMap<string, Replayed>) => ({
  read: [...counts.values()].reduce((total, { read }) => total + read, 0),
  republished: [...counts.values()].reduce((total, { republished }) => total + republished, 0),
})
