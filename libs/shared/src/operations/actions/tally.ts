/** Counts what became of many things, and keeps the first few to show. */
export class Tally<Outcome extends string, Item> {
  readonly items: Item[] = []
  private readonly counts = new Map<Outcome, number>()

  /** @param shown how many items are kept */
  constructor(private readonly shown: number) {}

  add(outcome: Outcome, item: Item): void {
    this.counts.set(outcome, this.of(outcome) + 1)
    if (this.items.length < this.shown) this.items.push(item)
  }

  of(outcome: Outcome): number {
    return this.counts.get(outcome) ?? 0
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** By outcome, in the order in which they first came. */
  byOutcome(): Partial<Record<Outcome, number>> {
    return Object.fromEntries(this.counts) as Partial<Record<Outcome, number>>
  }

  /** There are more than are kept. */
  get cut(): boolean {
    return this.total > this.items.length
  }
}

/** The counts in one line, with what an outcome means where its name does not say it. */
export const tallyWords = (counts: Partial<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}${name === 'data-gone' ? ` (${dataGoneWords})` : ''}`)
    .join(', ')

/** Of a retry that is refused. */
export const dataGoneWords = 'left: what it said was deleted for its age; what is still wanted is a new row'
