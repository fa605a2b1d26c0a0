import { scaleLinear, scaleTime } from 'd3-scale'
import { area, line } from 'd3-shape'

/** A small picture of numbers over time, as the paths of an SVG. */
export interface Chart {
  readonly width: number
  readonly height: number
  readonly line: string
  readonly area: string
  readonly highest: number
  readonly last: number
}

export interface Point {
  readonly at: Date
  readonly value: number
}

const [width, height, margin] = [300, 60, 2]

/** Undefined until there are two points to draw a line between. */
export function chartOf(points: readonly Point[]): Chart | undefined {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return undefined
  const highest = Math.max(...points.map(({ value }) => value))
  const x = scaleTime([first.at, last.at], [margin, width - margin])
  const y = scaleLinear([0, Math.max(1, highest)], [height - margin, margin])
  const draw = line<Point>(
    ({ at }) => x(at),
    ({ value }) => y(value),
  )
  const fill = area<Point>(
    ({ at }) => x(at),
    y(0),
    ({ value }) => y(value),
  )
  return {
    width,
    height,
    line: rounded(draw(points as Point[])),
    area: rounded(fill(points as Point[])),
    highest: Math.round(highest),
    last: Math.round(last.value),
  }
}

const rounded = (path: string | null): string =>
  (path ?? '').replace(/\d+\.\d+/g, (n) => Number(n).toFixed(1))
