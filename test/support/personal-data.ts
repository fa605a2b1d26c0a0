import { tables, type TableName } from '#shared/database'
import { BareClient } from './bare-client.js'
import { entriesOf } from './row-sets.js'
import type { Rows } from './rows.js'
import type { System } from './system.js'

const personalColumns = [
  ...['FirstName', 'LastName', 'ParentFirstName', 'ParentLastName', 'NameOnAccount'],
  ...['NationalInsuranceNumber', 'DateOfBirth', 'PrisonNumber'],
  ...['HouseNumberAndStreet', 'Town', 'PostCode', 'FromPostCode', 'EmailAddress', 'PhoneNumber'],
  ...['AccountNumber', 'SortCode', 'RollNumber'],
]

/** Every personal text in the rows. */
export function personalTexts(rows: Rows): string[] {
  const values = entriesOf(rows).flatMap(([, list]) =>
    list.flatMap((row) => personalColumns.map((column) => row[column])),
  )
  const texts = values.filter((value) => typeof value === 'string').map(withoutTime)
  return [...new Set(texts)]
}

/**
 * The texts that occur in something, in any case and however they are written: as in JSON (in JSON), in XML, in addresses of the
 * web, in dates without their dashes; in base64 wherever they begin in what was encoded, and in hexadecimal digits. Digits
 * count only where no letter or digit touches them: random ids hold any of them.
 */
export function occurring(texts: readonly string[], haystack: string): string[] {
  const folded = haystack.toLowerCase()
  return texts.filter((text) => {
    const { spellings, codes } = waysOf(text)
    return (
      spellings.some((spelling) => occurs(spelling, folded)) || codes.some((code) => haystack.includes(code))
    )
  })
}

const withoutTime = (text: string): string => text.replace(/ 00:00:00$/, '')

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
/** What is beyond ASCII as some write it in JSON. */
const escapedInJson = (text: string): string =>
  inJson(text).replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** As in an element, in an attribute, and by numbers. */
const inXml = (text: string): string[] => [
  text.replace(/[&<>]/g, (sign) => signs[sign] ?? sign),
  text.replace(/[&<>"]/g, (sign) => signs[sign] ?? sign),
  text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign),
  text.replace(/[^ -~]|[&<>]/gu, (sign) => signs[sign] ?? `&#${sign.codePointAt(0)};`),
  text.replace(/[^ -~]|[&<>]/gu, (sign) => signs[sign] ?? `&#x${sign.codePointAt(0)?.toString(16)};`),
]

/** Shorter ones are in anything by chance. */
const shortest = 8

interface Ways {
  /** In any case. */
  readonly spellings: readonly string[]
  readonly codes: readonly string[]
}

/** Kept for each text: they are looked for in thousands of places. */
const known = new Map<string, Ways>()

function waysOf(text: string): Ways {
  const before = known.get(text)
  if (before) return before
  const hexadecimal = Buffer.from(text).toString('hex')
  const spellings = [
    ...[text, inJson(text), inJson(inJson(text)), escapedInJson(text), ...inXml(text)],
    ...[encodeURIComponent(text), encodeURIComponent(text).replaceAll('%20', '+')],
    ...[text.replaceAll(' ', '+'), text.replaceAll(' ', ''), text.normalize('NFD')],
    ...(hexadecimal.length > shortest ? [hexadecimal] : []),
    ...(/^\d{4}-\d\d-\d\d$/.test(text)
      ? [text.replaceAll('-', ''), text.split('-').reverse().join('/')]
      : []),
  ].map((spelling) => spelling.toLowerCase())
  const ways = { spellings: [...new Set(spellings)], codes: [...new Set(base64(text))] }
  known.set(text, ways)
  return ways
}

/** What base64 has of a text, of either alphabet, wherever it begins in what was encoded: without what its neighbours share. */
const base64 = (text: string): string[] =>
  (['base64', 'base64url'] as const).flatMap((alphabet) =>
    [0, 1, 2].flatMap((before) => {
      const whole = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
      const code = whole.subarray(0, whole.length - (whole.length % 3)).toString(alphabet)
      const own = code.slice(before ? 4 : 0)
      return own.length >= shortest ? [own] : []
    }),
  )

function occurs(text: string, folded: string): boolean {
  if (!/^\d+$/.test(text)) return folded.includes(text)
  return folded.includes(text) && new RegExp(`(?<![0-9a-z])${text}(?![0-9a-z])`).test(folded)
}

/** Where data may be that is nowhere else: columns of our own tables. */
export type Places = Partial<Record<TableName, readonly string[]>>

/** Where what is said of users, roles and organisations may be. */
export const placesOfSubjects: Places = {
  'AsyncSchema.ProvisioningSubject': ['SubjectKey', 'State'],
  'AsyncSchema.ProvisioningEntry': ['Part', 'Wanted'],
}

/**
 * All that the services wrote down themselves: log lines, messages with their headers, rows of their own tables.
 * @param but what of the rows is left out
 */
export async function writtenDown(system: System, but: Places = {}): Promise<string[]> {
  const client = await BareClient.connect(system.nats.url)
  const messages = await client.readAll()
  await client.close()
  const own = (Object.keys(tables) as TableName[]).filter((table) => table.startsWith('AsyncSchema.'))
  const rows = await Promise.all(
    own.map(async (table) => {
      const all: readonly object[] = await system.connection.db.selectFrom(table).selectAll().execute()
      return all.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([column]) => !but[table]?.includes(column))),
      )
    }),
  )
  return [...system.logLines, ...[...messages, ...rows.flat()].map((each) => JSON.stringify(each))]
}
