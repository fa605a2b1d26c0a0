import type { INestApplicationContext } from '@nestjs/common'
import type { Halves } from './halves.js'
import type { Actor } from '#shared/operations'

/** What a command may use. */
export interface OpsContext {
  /** Who gives the command. */
  readonly actor: Actor
  /** Asks the operator, who sits at a terminal; undefined where nobody does. */
  readonly ask?: (question: string) => Promise<boolean>
  /** Prints a line of the answer. */
  readonly print: (line: string) => void
  /** Tells the operator what the answer lacks, apart from the answer. */
  readonly warn: (line: string) => void
  /**
   * Connects to NATS and the database, hands over the shared parts (`Publisher`, `Clock` …), and lets go of
   * them afterwards.
   * @throws OpsFailure, SettingsError or StartRefused, each with a message for the operator
   */
  readonly connected: <T>(use: (parts: INestApplicationContext) => Promise<T>) => Promise<T>
  /** The same for a command that is about what the server holds, and creates nothing there that is missing. */
  readonly operating: <T>(use: (parts: INestApplicationContext) => Promise<T>) => Promise<T>
  /**
   * The same for a command that only looks, and to which the database is worth looking at alone: it changes nothing
   * in NATS, and where that is away it is told why and goes on.
   */
  readonly looking: <T>(use: (parts: INestApplicationContext, natsAway?: string) => Promise<T>) => Promise<T>
  /** The same for a command to which NATS is worth looking at alone, too. */
  readonly lookingAtHalves: <T>(use: (halves: Halves) => Promise<T>) => Promise<T>
}

/** One command of the operator's command line; what it does is in `commands/`, loaded when it is run. */
export interface Command {
  /** What follows the command's name. */
  readonly usage: string
  /** One line. */
  readonly summary: string
  load(): Promise<Run>
}

/** @throws UsageError if the arguments are wrong, before anything is done */
export type Run = (args: readonly string[], context: OpsContext) => Promise<void>
