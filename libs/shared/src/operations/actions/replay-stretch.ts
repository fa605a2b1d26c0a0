import { z } from 'zod'
import { OperationFailed } from '../operation-failed.js'
import { replayableSubjects, type Replayed } from '../streams/replay.js'
import { bulkAction } from './bulk-action.js'

const moment = z.iso.datetime()

/** Publishes a stretch of the streams to its handlers once more; what was done stays done. */
export const replayStretch = bulkAction({
  title: 'replay a stretch',
  role: 'operator',
  input: z.strictObject({
    subjects: z.array(z.enum(replayableSubjects as [string, ...string[]])).min(1),
    from: moment,
    to: moment,
  }),
  target: ({ subjects, from, to }) => `${subjects.join(', ')} from ${from} to ${to}`,
  async *pages({ subjects, from, to }, { replay }, { dryRun, onProgress }) {
    const counts = new Map<string, Replayed>()
    const period = { from: new Date(from), to: new Date(to) }
    if (period.from >= period.to) throw new OperationFailed('the beginning is before the end')
    for await (const page of replay.replay(subjects, period, dryRun)) {
      for (const each of page) add(counts, each)
      const total = together(counts)
      onProgress?.(total)
      yield { subjects: [...counts.values()], total }
    }
  },
  nothing: { is: ({ total }) => !total.read, says: 'nothing was published there in that time' },
  words: ({ total }) =>
    `${total.read} read, ${total.done} of them done already, ${total.republished} published again`,
})

function add(counts: Map<string, Replayed>, { subject, read, done, republished }: Replayed): void {
  const before = counts.get(subject)
  counts.set(subject, {
    subject,
    read: read + (before?.read ?? 0),
    done: done + (before?.done ?? 0),
    republished: republished + (before?.republished ?? 0),
  })
}

const together = (counts: ReadonlyMap<string, Replayed>) => {
  const sum = (of: 'read' | 'done' | 'republished') =>
    [...counts.values()].reduce((total, each) => total + each[of], 0)
  return { read: sum('read'), done: sum('done'), republished: sum('republished') }
}
