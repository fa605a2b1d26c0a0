/** Something that a statement says, or an index, without which two at once come to what neither order of them comes to. */
export interface Guard {
  /** In the words of ADR 33. */
  readonly name: string
  /** Where it is needed: the world, and how the names of the two begin. */
  readonly world: string
  readonly first: string
  readonly second: string
  /** Which statements say it, what of them it is, and what they say without. Several: only all of them out are missed. */
  readonly out: readonly (readonly [statement: RegExp, guard: RegExp, instead: string])[]
  readonly index?: string
  /** What counts the rows that this statement changed: it is told that they are as many as the statement's list has. */
  readonly counted?: RegExp
}

/** How many ways of taking it out there are: each must hit. */
export const partsOf = ({ out, counted }: Guard): number => out.length + (counted ? 1 : 0)

/** A statement's text without a guard; the ways of taking it out that have hit are added to `hits`. */
export function without({ out }: Guard, text: string, hits: Set<number>): string {
  return out.reduce((left, [statement, said, instead], place) => {
    if (!statement.test(left) || !said.test(left)) return left
    hits.add(place)
    return left.replace(said, instead)
  }, text)
}

/** How many rows a statement is said to have changed. */
export function countedWithout({ out, counted }: Guard, text: string, hits: Set<number>): number | undefined {
  if (!counted?.test(text)) return undefined
  hits.add(out.length)
  return [...(/ in \(([?, ]+)\)/.exec(text)?.[1] ?? '').matchAll(/\?/g)].length
}

/** A condition, and it makes no difference. */
export const orNot = '($& or 1)'
/** What is asked for is never there: after the `where` of a `not exists`. */
export const never = '$& 0 and'
