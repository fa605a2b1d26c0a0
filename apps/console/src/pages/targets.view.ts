import { wordsOfReason, type ActionName } from '#shared/operations'
import type { TargetStanding } from '#shared/provisioning'
import { timeText } from '../text.js'
import type { Cell } from './table.js'

const stateCell = ({ state, reason }: TargetStanding): Cell => ({
  text: state.toLowerCase(),
  tag: state === 'HELD' ? 'yellow' : 'green',
  ...(reason === null ? {} : { hint: reason }),
})

export const targetHeadings = ['Target', 'State', 'Confirmed', 'Of', 'Failed', 'Told of']

export const targetRows = (targets: readonly TargetStanding[]): Cell[][] =>
  targets.map((each) => [
    ...[{ text: each.name, href: `/targets/${each.name}` }, stateCell(each)],
    ...[each.confirmed, each.wanted, each.failed, each.kinds.join(', ')],
  ])

export const reasonRows = ({ reasons }: TargetStanding): Cell[][] =>
  Object.entries(reasons).map(([reason, count]) => [reason, wordsOfReason(reason)?.means ?? '', count])

/** What a person can do about it, as it stands. */
function possible({ state, probe }: TargetStanding): readonly (readonly [ActionName, string])[] {
  const [hold, remove] = [['hold-target', 'Hold'] as const, ['remove-target', 'Remove'] as const]
  if (state === 'ACTIVE') return [hold, ['fill-target', 'Tell it again'], remove]
  const resume = ['resume-target', 'Let it go on'] as const
  return [resume, ...(probe === null ? [] : [hold]), remove]
}

export const targetView = (target: TargetStanding) => ({
  ...{ name: target.name, state: stateCell(target), held: timeText(target.held) },
  ...{ wsdl: target.wsdl, format: target.format, kinds: target.kinds.join(', ') },
  ...{ credentials: target.credentials ?? 'none', addressed: target.addressed ? 'yes' : 'no' },
  far: `${target.confirmed} of ${target.wanted}`,
  input: { target: target.name },
  actions: [
    ...possible(target).map(([name, text]) => ({ name, text })),
    {
      ...{ name: 'set-target', text: 'Change it', way: 'form' },
      input: { target: target.name, isNew: false },
    },
  ],
})
