import type { ActionName, FailedItem, FlowStanding } from '#shared/operations'
import { timeText } from '../text.js'
import type { Cell } from './table.js'

const colours: Readonly<Record<string, string>> = {
  RUNNING: 'blue',
  DONE: 'green',
  'DONE-WITH-FAILURES': 'red',
  HELD: 'yellow',
  'WAITING-FOR-APPROVAL': 'yellow',
}

const stateCell = ({ state, reason }: FlowStanding): Cell => ({
  text: state.replaceAll('-', ' ').toLowerCase(),
  tag: colours[state] ?? 'grey',
  ...(reason === null ? {} : { hint: reason }),
})

const sum = ({ steps }: FlowStanding, what: 'queued' | 'done' | 'failed'): number =>
  steps.reduce((total, step) => total + step[what], 0)

export const flowHeadings = ['Work', 'State', 'Begun', 'Ended', 'Done', 'Failed', 'Of']

export const flowRows = (flows: readonly FlowStanding[]): Cell[][] =>
  flows.map((each) => [
    { text: `${each.kind} ${each.flow}`, href: `/flows/${each.flow}` },
    ...[stateCell(each), timeText(each.created), timeText(each.ended)],
    ...[sum(each, 'done'), sum(each, 'failed'), sum(each, 'queued')],
  ])

export const stepRows = ({ steps }: FlowStanding): Cell[][] =>
  steps.map((step) => [
    ...[step.step, step.queued, step.done, step.failed, timeText(step.started), timeText(step.ended)],
    ...[step.perMinute ?? '', step.expected === undefined ? '' : timeText(step.expected)],
  ])

export const failedRows = (failed: readonly FailedItem[]): Cell[][] =>
  failed.map(({ message, step, reason, ended }) => [message, step, reason ?? '', timeText(ended)])

/** What a person can do about it, as it stands. */
const possible: Readonly<Record<string, readonly (readonly [ActionName, string])[]>> = {
  WAITING: [['cancel-flow', 'Call off']],
  RUNNING: [
    ['hold-flow', 'Hold'],
    ['cancel-flow', 'Call off'],
  ],
  HELD: [
    ['resume-flow', 'Let it go on'],
    ['cancel-flow', 'Call off'],
  ],
  'WAITING-FOR-APPROVAL': [
    ['approve-flow', 'Approve'],
    ['cancel-flow', 'Call off'],
  ],
}

export const flowView = (flow: FlowStanding) => ({
  ...{ flow: flow.flow, kind: flow.kind, key: flow.key, state: stateCell(flow), run: flow.run },
  ...{ created: timeText(flow.created), ended: timeText(flow.ended), input: { flow: flow.flow } },
  actions: (possible[flow.state] ?? []).map(([name, text]) => ({ name, text })),
})
