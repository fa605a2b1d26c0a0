export type Cell = string | number | undefined | null

/** What stands where there is nothing. */
const nothing = '-'

/** The lines of a table: headings, then rows, each column as wide as its widest cell; numbers to the right. */
export function tableLines(headings: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const lines = [headings, ...rows].map((row) => headings.map((_, column) => textOf(row[column])))
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const toTheRight = headings.map((_, column) => isNumeric(rows.map((row) => row[column])))
  return lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return toTheRight[column] ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}

const textOf = (cell: Cell): string =>
  cell === undefined || cell === null || cell === '' ? nothing : String(cell)

function isNumeric(cells: readonly Cell[]): boolean {
  const given = cells.filter((cell) => cell !== undefined && cell !== null)
  return given.length > 0 && given.every((cell) => typeof cell === 'number')
}
