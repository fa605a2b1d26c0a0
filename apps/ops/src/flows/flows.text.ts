import type { FailedItem, FlowStanding } from '#shared/operations'
import { tableLines } from '../table.js'
import { toSeconds } from '../times.js'

export const flowLines = (flows: readonly FlowStanding[]): string[] =>
  tableLines(
    ['FLOW', 'KIND', 'STATE', 'RUN', 'CREATED', 'ENDED', 'DONE', 'FAILED', 'OF', 'WHY'],
    flows.map(({ flow, kind, state, run, created, ended, steps, reason }) => [
      ...[flow, kind, state, run, toSeconds(created), ended && toSeconds(ended)],
      ...[sum(steps, 'done'), sum(steps, 'failed'), sum(steps, 'queued'), reason],
    ]),
  )

export const stepLines = ({ steps }: FlowStanding): string[] =>
  tableLines(
    ['STEP', 'QUEUED', 'DONE', 'FAILED', 'STARTED', 'ENDED', 'A MINUTE', 'EXPECTED'],
    steps.map((step) => [
      ...[step.step, step.queued, step.done, step.failed],
      ...[step.started && toSeconds(step.started), step.ended && toSeconds(step.ended)],
      ...[step.perMinute, step.expected && toSeconds(step.expected)],
    ]),
  )

export const failedLines = (failed: readonly FailedItem[]): string[] =>
  failed.length
    ? tableLines(
        ['FAILED', 'STEP', 'REASON', 'AT'],
        failed.map(({ message, step, reason, ended }) => [message, step, reason, ended && toSeconds(ended)]),
      )
    : []

const sum = (steps: FlowStanding['steps'], what: 'queued' | 'done' | 'failed'): number =>
  steps.reduce((total, step) => total + step[what], 0)
