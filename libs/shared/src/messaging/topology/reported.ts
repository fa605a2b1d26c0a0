import type { Log } from '../../logging/index.js'
import type { Wanted } from './wanted.js'

/** In an operator's words. */
export const nameOf = ({ stream, consumer }: Omit<Wanted, 'config'>): string =>
  consumer === undefined ? `stream ${stream}` : `consumer ${consumer} of ${stream}`

/** Says once what goes on for longer, and that it is over. */
export class Reported {
  private readonly said = new Map<string, string>()

  constructor(private readonly log: Log) {}

  trouble(about: string, words: string, error?: unknown): void {
    if (!this.isNew(about, words)) return
    if (error === undefined) this.log.refused(words)
    else this.log.error(words, error)
  }

  note(about: string, words: string): void {
    if (this.isNew(about, words)) this.log.warn(words)
  }

  over(about: string): void {
    if (this.said.delete(about)) this.log.info(`${about} is as it should be again`)
  }

  private isNew(about: string, words: string): boolean {
    if (this.said.get(about) === words) return false
    this.said.set(about, words)
    return true
  }
}
