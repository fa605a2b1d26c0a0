/** A rectangle of cells; numbers from 1, its borders within it. */
export interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Its first cell, as in `A1`. */
  readonly first: string
  /** A cell that is not meant, though it lies within. */
  readonly except?: string
}

/**
 * The cells of a reference: `J18:J20`, `J18`, `$J$18:$J$20`, `J:J`, `18:20`. One that cannot be understood is taken for
 * every cell there is: nothing is known to lie outside of it.
 */
export function areaOf(reference: string): Area {
  const [from = '', to = from] = reference.replaceAll('$', '').toUpperCase().split(':')
  const [start, end] = [corner(from), corner(to)]
  if (!start || !end) return { left: 1, right: Infinity, top: 1, bottom: Infinity, first: '' }
  const [left, right] = inOrder(start.column ?? 1, end.column ?? Infinity)
  const [top, bottom] = inOrder(start.row ?? 1, end.row ?? Infinity)
  return { left, right, top, bottom, first: from }
}

/** @param cell as in `K20` */
export function covers({ left, right, top, bottom, except }: Area, cell: string): boolean {
  const { column, row } = corner(cell) ?? {}
  if (column === undefined || row === undefined || cell === except) return false
  return left <= column && column <= right && top <= row && row <= bottom
}

/** Whether an area is no more than this cell. */
export const isWithin = (area: Area, cell: string): boolean =>
  area.left === area.right && area.top === area.bottom && covers(area, cell)

/** 1 for `A12`, 27 for `AA1`. */
export const columnNumber = (name: string): number =>
  [...name.replace(/\d+$/, '')].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0)

function corner(name: string): { column: number | undefined; row: number | undefined } | undefined {
  const [, column, row] = /^([A-Z]{1,3})?([1-9]\d{0,6})?$/.exec(name) ?? []
  if (!column && !row) return undefined
  return { column: column ? columnNumber(column) : undefined, row: row ? Number(row) : undefined }
}

const inOrder = (one: number, other: number) => [Math.min(one, other), Math.max(one, other)] as const
