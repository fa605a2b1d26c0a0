import { textKey } from '#shared/contracts'
import { fit } from '#shared/database'
import { readCsv } from '#shared/documents'
import type { RegisteredPrison } from '../prison.js'

/** Why a file is not taken for the register: nothing of it is taken in. */
export const refusals = [
  'register-empty',
  'register-too-large',
  'register-too-many',
  'register-encoding',
  'register-cut',
  'register-header',
  'register-not-csv',
  'register-columns',
  'register-field-too-long',
  'register-code',
  'register-duplicate',
] as const
export type Refusal = (typeof refusals)[number]

export type ReadRegister =
  | { readonly kind: 'read'; readonly prisons: readonly RegisteredPrison[] }
  /** `line`: the first one that is wrong, counted from 1; absent where it is the whole file. */
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly line?: number }

const columns = ['name', 'display_name', 'region', 'postcode'] as const
/** Bytes: many times what there is. */
const largest = 1_000_000
/** Prisons: sixty times what there is. They are taken over in one transaction, and everybody reads all of them (ADR 48). */
export const mostPrisons = 10_000
/** The names that prisoners' rows have. */
const code = /^[a-z0-9]+(?:[-/][a-z0-9]+)*$/

/** Reads the file of a register: UTF-8, its header, and a line for each prison. What a prison's line says is for its item to judge. */
export function readRegister(bytes: Uint8Array): ReadRegister {
  if (!bytes.length) return refused('register-empty')
  if (bytes.length > largest) return refused('register-too-large')
  const text = decoded(bytes)
  if (text === undefined) return refused('register-encoding')
  const records = recordsOf(text)
  if (!records) return refused('register-not-csv')
  const [header, ...lines] = records
  if (header?.join() !== columns.join()) return refused('register-header', 1)
  // A transfer that broke off ends anywhere but here.
  if (!text.endsWith('\n')) return refused('register-cut', records.length)
  if (!lines.length) return refused('register-empty')
  if (lines.length > mostPrisons) return refused('register-too-many')
  const prisons = lines.map(([name = '', displayName = '', region = '', postcode = '']) => ({
    ...{ name: name.trim(), displayName: displayName.trim() },
    ...{ region: region.trim(), postcode: postcode.trim() },
  }))
  const seen = new Set<string>()
  for (const [index, prison] of prisons.entries()) {
    const reason = whyNoLine(prison, lines[index] ?? [], seen)
    if (reason) return refused(reason, index + 2)
    seen.add(textKey(prison.name))
  }
  return { kind: 'read', prisons }
}

function whyNoLine(
  prison: RegisteredPrison,
  fields: readonly string[],
  seen: ReadonlySet<string>,
): Refusal | undefined {
  if (fields.length !== columns.length) return 'register-columns'
  if (!fits(prison)) return 'register-field-too-long'
  if (!code.test(prison.name)) return 'register-code'
  return seen.has(textKey(prison.name)) ? 'register-duplicate' : undefined
}

const table = 'AsyncSchema.PrisonChange'
const fits = ({ name, displayName, region, postcode }: RegisteredPrison): boolean =>
  fit(table, 'Name', name) === name &&
  fit(table, 'DisplayName', displayName) === displayName &&
  fit(table, 'Region', region) === region &&
  fit(table, 'Postcode', postcode) === postcode

/** With or without a mark at its beginning; undefined where it is in another encoding. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // UTF-16 without a mark reads as this.
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function recordsOf(text: string): string[][] | undefined {
  try {
    return [...readCsv(text)]
  } catch {
    return undefined
  }
}

const refused = (reason: Refusal, line?: number): ReadRegister => ({
  ...{ kind: 'refused', reason },
  ...(line === undefined ? {} : { line }),
})
