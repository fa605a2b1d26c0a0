import type { TargetStanding } from '#shared/provisioning'
import { tableLines } from '../table.js'
import { toSeconds } from '../times.js'

export const targetLines = (targets: readonly TargetStanding[]): string[] =>
  tableLines(
    ['TARGET', 'STATE', 'SINCE', 'CONFIRMED', 'OF', 'FAILED', 'FORMAT', 'KINDS', 'WSDL', 'WHY'],
    targets.map(({ name, state, held, confirmed, wanted, failed, format, kinds, wsdl, reason }) => [
      ...[name, state, held && toSeconds(held), confirmed, wanted, failed],
      ...[format, kinds.join(), wsdl, reason],
    ]),
  )

export const reasonLines = ({ reasons }: TargetStanding): string[] =>
  Object.keys(reasons).length ? tableLines(['NOT CONFIRMED, FOR', 'COUNT'], Object.entries(reasons)) : []
