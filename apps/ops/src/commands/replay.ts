import { parseArgs } from 'node:util'
import { replayableSubjects, subjectsMeant, type Period } from '#shared/operations'
import { momentGiven } from '../arguments.js'
import { change, changeGiven, changeOptions } from '../change.js'
import type { Run } from '../command.js'
import { UsageError } from '../failures.js'
import { tableLines } from '../table.js'

/** Publishes a stretch of the streams to its handlers once more; what was done stays done. */
export const replay: Run = async (args, context) => {
  const { subjects, period, given, json } = parse(args)
  const input = { subjects, from: period.from.toISOString(), to: period.to.toISOString() }
  await context.operating(async (parts) => {
    const { result } = await change(context, parts, { name: 'replay-stretch', input, given })
    const { subjects: rows, total } = result
    const { dryRun } = given
    if (json) return context.print(JSON.stringify({ ...period, dryRun, subjects: rows, total }))
    tableLines(
      ['SUBJECT', 'READ', 'DONE', dryRun ? 'TO REPUBLISH' : 'REPUBLISHED'],
      [...rows, { subject: 'together', ...total }].map((row) => [
        ...[row.subject, row.read, row.done, row.republished],
      ]),
    ).forEach(context.print)
  })
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...changeOptions,
      subject: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string', default: '0s' },
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
  return { subjects, period, given: changeGiven(values), json: values.json }
}
