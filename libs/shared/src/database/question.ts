import type { Compilable } from 'kysely'

/** A question to the database, and what its rows say. Several are asked in one round trip: `DatabaseConnection.ask`. */
export interface Question<T> {
  readonly query: Compilable
  readonly read: (rows: readonly never[]) => T
}

/** What need not be asked. */
export interface Known<T> {
  readonly known: T
}

export type Answers<Q extends readonly (Question<unknown> | Known<unknown>)[]> = {
  -readonly [I in keyof Q]: Q[I] extends Question<infer T> | Known<infer T> ? T : never
}

export const question = <R, T>(query: Compilable<R>, read: (rows: readonly R[]) => T): Question<T> => ({
  query,
  read: read,
})

/** The first of the rows, if there is one. */
export const firstOf = <R>(query: Compilable<R>): Question<R | undefined> => question(query, ([row]) => row)

export const all = <R>(query: Compilable<R>): Question<readonly R[]> => question(query, (rows) => rows)
