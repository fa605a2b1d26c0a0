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
 * The texts that occur in something, in any case and as they are written in JSON, in addresses of the web, and in
 * dates without their dashes. Digits count only where no letter or digit touches them: random ids hold any of them.
 */
export function occurring(texts: readonly string[], haystack: string): string[] {
  const folded = haystack.toLowerCase()
  return texts.filter((text) => spellings(text).some((spelling) => occurs(spelling, folded)))
}

const withoutTime = (text: string): string => text.replace(/ 00:00:00$/, '')

function spellings(text: string): string[] {
  const all = [
    ...[text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)],
    ...[text.replaceAll(' ', '+'), text.replaceAll(' ', '')],
    ...(/^\d{4}-\d\d-\d\d$/.test(text)
      ? [text.replaceAll('-', ''), text.split('-').reverse().join('/')]
      : []),
  ]
  return [...new Set(all.map((spelling) => spelling.toLowerCase()))]
}

function occurs(text: string, folded: string): boolean {
  if (!/^\d+$/.test(text)) return folded.includes(text)
  return new RegExp(`(?<![0-9a-z])${text}(?![0-9a-z])`).test(folded)
}

/** All that the services wrote down themselves: log lines, messages with their headers, rows of their own tables. */
export async function writtenDown(system: System): Promise<string[]> {
  const client = await BareClient.connect(system.nats.url)
  const messages = await client.readAll()
  await client.close()
  const own = (Object.keys(tables) as TableName[]).filter((table) => table.startsWith('AsyncSchema.'))
  const rows = await Promise.all(
    own.map((table) => system.connection.db.selectFrom(table).selectAll().execute()),
  )
  return [...system.logLines, ...[...messages, ...rows.flat()].map((each) => JSON.stringify(each))]
}
