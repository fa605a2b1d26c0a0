import { textKey } from '../contracts/index.js'

/** A prison as the register has it. One that is closed stays: claims name it. */
export interface Prison {
  /** As it is shown. */
  readonly displayName: string
  readonly region: string
  /** Empty where it has none. */
  readonly postcode: string
}

/** Every prison, those that are closed included, as all of them were at one moment: what is decided with it goes by one list. */
export class PrisonList {
  private readonly prisons: ReadonlyMap<string, Prison>

  constructor(prisons: Iterable<readonly [name: string, prison: Prison]>) {
    this.prisons = new Map([...prisons].map(([name, prison]) => [textKey(name), prison]))
  }

  /** By the name that is stored of it; names compare without regard to case, as in the database. */
  byName(name: string): Prison | undefined {
    return this.prisons.get(textKey(name))
  }
}
