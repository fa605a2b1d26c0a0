import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PrisonList } from '#shared/prisons'
import { columnsOf, fit, mssqlDialect, seededPrisons, tables, type TableName } from '#shared/database'

/** The lines of a file of the contract, as objects. */
function readCsv(name: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')
    .trim()
    .split(/\r?\n/)
  const names = header.split(',')
  return lines.map((line) => {
    const values =
      line.match(/("[^"]*"|[^,]*)(,|$)/g)?.map((value) => value.replace(/,$/, '').replaceAll('"', '')) ?? []
    return Object.fromEntries(names.map((column, i) => [column, values[i] ?? '']))
  })
}

const contract = readCsv('schema.csv')
const own = (table: string): boolean => table.startsWith('AsyncSchema.')

describe('the tables of the web apps', () => {
  it('are those of the contract, column by column', () => {
    const expected = contract.map((line) => `${line.schema}.${line.table}.${line.column}`).sort()
    const actual = Object.keys(tables)
      .filter((table) => !own(table))
      .flatMap((table) => Object.keys(columnsOf(table as TableName)).map((column) => `${table}.${column}`))
      .sort()
    expect(actual).toEqual(expected)
  })

  it.each(contract.map((line) => [`${line.schema}.${line.table}.${line.column}`, line] as const))(
    '%s',
    (_, line) => {
      const column = columnsOf(`${line.schema}.${line.table}` as TableName)[line.column ?? '']
      const type = line.length_or_precision ? `${line.type}(${line.length_or_precision})` : line.type
      expect(column && mssqlDialect.columnType(column)).toBe(type)
      expect(column?.nullable).toBe(line.nullable === 'yes')
      expect(column?.primaryKey ?? false).toBe(line.pk === 'yes')
      expect(column?.identity ?? false).toBe(line.identity === 'yes')
      expect(column?.references ?? '').toBe(line.references)
      expect(
        column?.default === undefined ? '' : { true: 'true', now: 'now()' }[String(column.default)],
      ).toBe(line.default)
    },
  )
})

describe('fit', () => {
  it('cuts a text to its column with an ellipsis, and leaves one that fits', () => {
    expect(fit('IntSchema.ClaimEvent', 'Note', 'x'.repeat(2_000))).toHaveLength(2_000)
    expect(fit('IntSchema.ClaimEvent', 'Note', 'x'.repeat(2_001))).toBe(`${'x'.repeat(1_999)}…`)
    expect(fit('IntSchema.Task', 'AdditionalData', 'x'.repeat(9_000))).toHaveLength(9_000)
  })

  it('cuts no emoji in half', () => {
    const text = `${'x'.repeat(1_998)}🦊🦊`
    expect(fit('IntSchema.ClaimEvent', 'Note', text)).toBe(`${'x'.repeat(1_998)}…`)
  })
})

describe('prisons', () => {
  const list = new PrisonList(
    seededPrisons.map(([name, displayName, region, postcode]) => [name, { displayName, region, postcode }]),
  )

  it.each(readCsv('prisons.csv').map((line) => [line.name ?? '', line] as const))('%s', (name, line) => {
    expect(list.byName(` ${name.toUpperCase()} `)).toEqual({
      displayName: line.display_name,
      region: line.region,
      postcode: line.postcode,
    })
  })

  it('are no others to begin with', () => {
    expect(seededPrisons).toHaveLength(readCsv('prisons.csv').length)
    expect(list.byName('nowhere')).toBeUndefined()
    expect(list.byName('constructor')).toBeUndefined()
  })
})
