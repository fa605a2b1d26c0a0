import { parseArgs } from 'node:util'
import type { LocalDay } from '#shared/clock'
import { paymentFileOf } from '#shared/contracts'
import type { InputOf } from '#shared/operations'
import { dayGiven } from '../arguments.js'
import { changeGiven, changeOptions, type ChangeGiven } from '../change.js'
import { UsageError } from '../failures.js'

export type PaymentsArguments =
  | { readonly action: 'show'; readonly date: LocalDay; readonly json: boolean }
  | { readonly action: 'unknown'; readonly json: boolean }
  | {
      readonly action: 'recover'
      readonly stamp: string
      readonly given: ChangeGiven
      readonly json: boolean
    }
  | {
      readonly action: 'acknowledge'
      /** The name of a file, or the stamp of a run: all of its files. */
      readonly file: string
      readonly given: ChangeGiven
      readonly json: boolean
    }
  | {
      readonly action: 'release'
      readonly payment: InputOf<'release-payment'>
      readonly given: ChangeGiven
      readonly json: boolean
    }

/** @throws UsageError if they mean nothing */
export function paymentsArguments(args: readonly string[]): PaymentsArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...changeOptions, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const { json } = values
  const given = changeGiven(values)
  const [first, second, ...others] = positionals
  if (first === 'recover' || first === 'acknowledge') {
    if (others.length) throw new UsageError('one at a time')
    if (first === 'recover') return { action: first, stamp: stampGiven(second), given, json }
    return { action: first, file: fileGiven(second), given, json }
  }
  if (first === 'release') return { action: first, payment: paymentGiven(second, others), given, json }
  if (given.dryRun)
    throw new UsageError('--dry-run is for recover, acknowledge and release: the others change nothing')
  if (first === 'unknown' && second === undefined) return { action: first, json }
  const date = dayGiven(first)
  if (date === undefined) throw new UsageError('of which date?')
  if (second !== undefined) throw new UsageError('one date at a time')
  return { action: 'show', date, json }
}

function paymentGiven(
  stamp: string | undefined,
  [kind, id = '', ...others]: readonly string[],
): InputOf<'release-payment'> {
  if ((kind !== 'claim' && kind !== 'top-up') || !/^[1-9]\d{0,14}$/.test(id) || others.length)
    throw new UsageError('a payment is named by the stamp of its run, claim or top-up, and the number')
  return { stamp: stampGiven(stamp), kind, id: Number(id) }
}

const isStamp = (text: string): boolean => /^\d{14}$/.test(text)

function stampGiven(text = ''): string {
  if (!isStamp(text))
    throw new UsageError('a run is named by its stamp, the 14 digits in the names of its files')
  return text
}

function fileGiven(text = ''): string {
  if (!isStamp(text) && !paymentFileOf(text))
    throw new UsageError('a payment file is named as it is stored, or by the 14 digits of its run')
  return text
}
