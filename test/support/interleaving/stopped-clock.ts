import { Clock, fromLondon, toLondon, type LocalTime } from '#shared/clock'

/** Made once: what time it is takes longer than most statements. */
export class StoppedClock extends Clock {
  private readonly at: Date
  private readonly inLondon: LocalTime

  constructor(time: string) {
    super()
    this.at = fromLondon(time)
    this.inLondon = toLondon(this.at)
  }
  instant = (): Date => this.at
  override now = (): LocalTime => this.inLondon
}
