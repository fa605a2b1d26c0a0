import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec'

/** What of a source map is used here. */
interface SourceMap {
  readonly sources: readonly string[]
  readonly names: readonly string[]
  readonly mappings: string
}

/**
 * The map of what is ours. Node keeps the map of every file that it loads, and most of it would be of libraries, in which
 * nobody looks for a line: about ten megabytes of a service's memory.
 */
export function withoutLibraries(text: string): string {
  const map = JSON.parse(text) as SourceMap
  const [sources, names] = [new Kept(map.sources), new Kept(map.names)]
  const isOurs = ([, source]: SourceMapSegment) =>
    source !== undefined && !map.sources[source]?.includes('node_modules/')
  const moved = ([column, source = 0, line = 0, at = 0, name]: SourceMapSegment): SourceMapSegment =>
    name === undefined
      ? [column, sources.placeOf(source), line, at]
      : [column, sources.placeOf(source), line, at, names.placeOf(name)]
  const lines = decode(map.mappings).map((line) =>
    line.flatMap((segment, at): SourceMapSegment[] => {
      if (isOurs(segment)) return [moved(segment)]
      // What follows ours in one line is nobody's.
      return at > 0 && isOurs(line[at - 1] ?? [0]) ? [[segment[0]]] : []
    }),
  )
  return JSON.stringify({ ...map, sources: sources.all, names: names.all, mappings: encode(lines) })
}

/** What is used of a list, in the order of its use. */
class Kept {
  readonly all: string[] = []
  private readonly places = new Map<number, number>()

  constructor(private readonly from: readonly string[]) {}

  placeOf(place: number): number {
    const known = this.places.get(place)
    if (known !== undefined) return known
    this.places.set(place, this.all.length)
    return this.all.push(this.from[place] ?? '') - 1
  }
}
