/**
 * An error of this project's, written for people. Its message is ours from end to end: words, names of settings, codes
 * and ids, never a text from outside, a path or a person's data; log lines have it as it is. Every error of ours is
 * one (lint sees to it); all that others throw stays a class and a code.
 */
export class OwnError extends Error {
  /** What a log line may say of it; undefined where the message is not ours. */
  get words(): string | undefined {
    return this.message
  }
}

/** One that is an error of ranges too. */
export class OwnRangeError extends RangeError {
  get words(): string {
    return this.message
  }
}

/** One that is an error of types too. */
export class OwnTypeError extends TypeError {
  get words(): string {
    return this.message
  }
}

/** The words of an error of ours; undefined of all others. */
export const ownWords = (error: unknown): string | undefined =>
  error instanceof OwnError || error instanceof OwnRangeError || error instanceof OwnTypeError
    ? error.words
    : undefined
