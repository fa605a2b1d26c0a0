import { CompiledQuery, type Compilable, type QueryResult } from 'kysely'
import type { SqlDialect } from './dialect.js'

/** Several statements that go to the database as one query: in one round trip, where there is a wire. */
export interface StatementList extends CompiledQuery {
  readonly statements: readonly CompiledQuery[]
}

/** The result of a list, with the rows of every question there was in it. */
export interface ListResult<R> extends QueryResult<R> {
  readonly answers: R[][]
}

export const isList = (query: CompiledQuery): query is StatementList => 'statements' in query

/** The statements as one text; their parameters are those of the text, in its order. */
export const listOf = (
  statements: readonly CompiledQuery[],
  textOf: (statement: CompiledQuery, parametersBefore: number) => string = ({ sql }) => sql,
): StatementList => {
  const parameters: unknown[] = []
  const texts = statements.map((statement) => {
    const text = textOf(statement, parameters.length)
    parameters.push(...statement.parameters)
    return text
  })
  return { ...CompiledQuery.raw(texts.join(';\n'), parameters), statements }
}

/** How a dialect sends several statements; `lists` says which of them go together. */
export const inLists = (
  lists: (statements: readonly CompiledQuery[]) => Iterable<StatementList>,
): Pick<SqlDialect, 'batch' | 'questions'> => ({
  async batch(db, statements) {
    let changed = 0
    for (const list of lists(compiled(statements))) {
      const { numAffectedRows = 0n } = await db.executeQuery(list)
      changed += Number(numAffectedRows)
    }
    return changed
  },
  async questions(db, queries) {
    const answers: unknown[][] = []
    for (const list of lists(compiled(queries)))
      answers.push(...((await db.executeQuery(list)) as ListResult<unknown>).answers)
    return answers as never
  },
})

const compiled = (statements: readonly Compilable[]): CompiledQuery[] =>
  statements.map((statement) => statement.compile())
