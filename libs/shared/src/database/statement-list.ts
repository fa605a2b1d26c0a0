import { CompiledQuery, type Compilable, type QueryResult } from 'kysely'
import type { SqlDialect } from './dialect.js'

/** A statement of a list, with what is to happen where it changes nothing. */
export interface ListedQuery extends CompiledQuery {
  /** Run where the statement changes nothing. */
  readonly instead?: CompiledQuery
  /** Where nothing is changed, by neither: this is thrown, and nothing of the transaction happens. */
  readonly orElse?: () => Error
  /** Told the rows that the statement gives. */
  readonly answered?: (rows: readonly unknown[]) => void
  /** It never goes to the database in another text than the statement before it. */
  readonly withLast?: true
}

/** Several statements that go to the database as one query: in one round trip, where there is a wire. */
export interface StatementList extends CompiledQuery {
  readonly statements: readonly ListedQuery[]
  /** Nobody waits for what comes of it: it may go with whatever its transaction sends next, at the latest its commit. */
  readonly unanswered?: boolean
  /** Of so many, from the first on, nobody is told how many rows they changed. */
  readonly uncounted?: number
}

/** The result of a list, with the rows of every question there was in it. */
export interface ListResult<R> extends QueryResult<R> {
  readonly answers: R[][]
}

export const isList = (query: CompiledQuery): query is StatementList => 'statements' in query

/** A statement that must change something: otherwise nothing of its transaction happens, and this is thrown. */
export const orElse = (statement: Compilable, failure: () => Error): Compilable => ({
  compile: () => Object.assign({}, statement.compile(), { orElse: failure }),
})

/** A statement, and another one where the first changes nothing; `failure` where neither does. */
export const either = (first: Compilable, second: Compilable, failure: () => Error): Compilable => ({
  compile: () => Object.assign({}, first.compile(), { instead: second.compile(), orElse: failure }),
})

/** A statement whose rows are told as soon as it has run, with the end of its transaction at the latest. */
export const telling = <R>(statement: Compilable<R>, answered: (rows: readonly R[]) => void): Compilable => ({
  compile: () => Object.assign({}, statement.compile(), { answered }),
})

/** A question that must find something: otherwise nothing of its transaction happens, and this is thrown. */
export const mustFind = (query: Compilable, failure: () => Error): Compilable =>
  orElse(
    telling(query, () => undefined),
    failure,
  )

/**
 * A statement with `lastId` in it: it goes with the one before, in whatever texts a long list is sent, for the server
 * knows the number only there.
 */
export const withLast = (statement: Compilable): Compilable => ({
  compile: () => Object.assign({}, statement.compile(), { withLast: true as const }),
})

export const parametersOf = ({ parameters, instead }: ListedQuery): readonly unknown[] =>
  instead ? [...parameters, ...instead.parameters] : parameters

/** The statements as one text; their parameters are those of the text, in its order. */
export const listOf = (
  statements: readonly ListedQuery[],
  textOf: (statement: ListedQuery, parametersBefore: number, index: number) => string = ({ sql }) => sql,
): StatementList => {
  const parameters: unknown[] = []
  const texts = statements.map((statement, index) => {
    const text = textOf(statement, parameters.length, index)
    parameters.push(...parametersOf(statement))
    return text
  })
  return { ...CompiledQuery.raw(texts.join(';\n'), parameters), statements }
}

/** How a dialect sends several statements; `lists` says which of them go together. */
export const inLists = (
  lists: (statements: readonly ListedQuery[]) => Iterable<StatementList>,
): Pick<SqlDialect, 'batch' | 'later' | 'questions'> => ({
  async batch(db, statements) {
    let changed = 0
    for (const list of lists(compiled(statements))) {
      const { numAffectedRows = 0n } = await db.executeQuery(list)
      changed += Number(numAffectedRows)
    }
    return changed
  },
  async later(transaction, statements) {
    if (statements.length)
      await transaction.executeQuery({ ...listOf(compiled(statements)), unanswered: true } as StatementList)
  },
  async questions(db, queries) {
    const answers: unknown[][] = []
    for (const list of lists(compiled(queries)))
      answers.push(...((await db.executeQuery(list)) as ListResult<unknown>).answers)
    return answers as never
  },
})

const compiled = (statements: readonly Compilable[]): ListedQuery[] =>
  statements.map((statement) => statement.compile())
