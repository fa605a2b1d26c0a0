/** A measured value, with what is asked of it where something is. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The worst value that is good enough. */
  readonly target?: { readonly atLeast: number } | { readonly under: number }
}

/** A benchmark: takes as long as it takes and gives its figures. @throws if what it measures did not work */
export type Benchmark = (progress: (line: string) => void) => Promise<Figure[]>

/** Undefined where nothing is asked. */
export function isMet({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined
  return 'atLeast' in target ? value >= target.atLeast : value < target.under
}

/** The smallest value that at least `share` (0 to 1) of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** To three significant digits, whole from a hundred on. */
export const rounded = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))

/** The figures as text, a line each. */
export function table(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'value', 'target', 'met'],
    ...figures.map((figure) => [
      figure.name,
      `${rounded(figure.value)} ${figure.unit}`.trim(),
      targetText(figure),
      { true: 'yes', false: 'NO', undefined: '' }[String(isMet(figure)) as 'true' | 'false' | 'undefined'],
    ]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

function targetText({ target, unit }: Figure): string {
  if (!target) return ''
  return 'atLeast' in target
    ? `at least ${target.atLeast} ${unit}`.trim()
    : `under ${target.under} ${unit}`.trim()
}
