import { noVisitorWords, verdictWords } from '../runs/verdict-words.js'

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

/** Outcomes whose name does not say what they are. */
const explained: Readonly<Partial<Record<string, string>>> = {
  'data-gone': verdictWords['data-gone'],
  'no-visitor': noVisitorWords,
}

/** The counts in one line. */
export const tallyWords = (counts: Partial<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) =>
      [`${count} ${name}`, ...(explained[name] ? [`(${explained[name]})`] : [])].join(' '),
    )
    .join(', ')
