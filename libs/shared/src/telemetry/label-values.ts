/** What stands for every value that is too many or looks wrong. */
export const otherValue = 'other'

const shape = /^[A-Za-z0-9][\w.-]{0,79}$/

/**
 * Bounds the values of a label whose values the code makes, but not from a list: reasons, of which an upstream's own
 * codes are a part. Each value is a time series that is kept for good, so a flood of new ones must not get through.
 */
export class LabelValues {
  private readonly known = new Set<string>()

  /** @param most so many different values, and every later one is `other` */
  constructor(private readonly most: number) {}

  of(value: string): string {
    if (this.known.has(value)) return value
    if (this.known.size >= this.most || !shape.test(value)) return otherValue
    this.known.add(value)
    return value
  }
}
