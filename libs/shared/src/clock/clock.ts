import { fromLondon, toLondon, type LocalTime } from './london-time.js'

/** The only source of "now". */
export abstract class Clock {
  /** The instant, for durations and for protocols that want one. */
  abstract instant(): Date
  /** What the machine's own clock says, whatever day a trial run is at: for comparison with other machines. */
  machine(): Date {
    return new Date()
  }
  /** The London wall clock, as the databases store it. */
  now(): LocalTime {
    return toLondon(this.instant())
  }
}

export class SystemClock extends Clock {
  instant(): Date {
    return new Date()
  }
  override machine(): Date {
    return this.instant()
  }
}

/** Runs at the machine's pace from a London time of one's choice, for demonstrations and tests. */
export class ShiftedClock extends Clock {
  private offset = 0

  constructor(start: LocalTime) {
    super()
    this.set(start)
  }

  set(time: LocalTime): void {
    this.offset = fromLondon(time).getTime() - Date.now()
  }

  instant(): Date {
    return new Date(Date.now() + this.offset)
  }
}
