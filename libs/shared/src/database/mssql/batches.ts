import type { CompiledQuery } from 'kysely'
import { mostParameters } from '../dialect.js'
import { listOf, parametersOf, type ListedQuery, type StatementList } from '../statement-list.js'

/** The number of the error by which a batch says that its first statement changed nothing; of the second, one more. */
export const changedNothing = 55_000

/** As many statements as there are parameters for. */
export function* together(statements: readonly ListedQuery[]): Generator<StatementList> {
  let some: ListedQuery[] = []
  let parameters = 0
  for (const group of inseparable(statements)) {
    const more = parametersIn(group)
    if (some.length && parameters + more > mostParameters) {
      yield batchOf(some)
      some = []
      parameters = 0
    }
    some.push(...group)
    parameters += more
  }
  if (some.length) yield batchOf(some)
}

/** The statements, with each those that never go apart from it. */
function inseparable(statements: readonly ListedQuery[]): ListedQuery[][] {
  const groups: ListedQuery[][] = []
  for (const statement of statements) {
    const last = groups.at(-1)
    if (statement.withLast && last) last.push(statement)
    else groups.push([statement])
  }
  return groups
}

export const fitTogether = (statements: readonly ListedQuery[]): boolean =>
  parametersIn(statements) <= mostParameters

const parametersIn = (statements: readonly ListedQuery[]): number =>
  statements.reduce((sum, statement) => sum + parametersOf(statement).length, 0)

/** Statements in one text. */
export const batchOf = (statements: readonly ListedQuery[]): StatementList => listOf(statements, textOf)

/** The same, of which only those from `asked` on say how many rows they changed. */
export function batchBefore(before: readonly ListedQuery[], asked: readonly ListedQuery[]): StatementList {
  if (!before.length) return batchOf(asked)
  const list = listOf([...before, ...asked], (statement, parametersBefore, index) =>
    index === before.length
      ? `set nocount off;\n${textOf(statement, parametersBefore, index)}`
      : textOf(statement, parametersBefore, index),
  )
  return { ...list, sql: `set nocount on;\n${list.sql}`, uncounted: before.length }
}

/**
 * A whole transaction in one text: whatever fails in it, the server itself rolls back and stops there. What begins a
 * transaction must end it too: a text that leaves one open, or ends one that it has not begun, is an error (266). The
 * counts of its statements are left on: without them a server may leave out the end of an `output`, and its rows get lost.
 */
export function wholeTransaction(statements: readonly ListedQuery[]): StatementList {
  const list = batchOf(statements)
  return {
    ...list,
    sql: `set xact_abort on;\nbegin transaction;\n${list.sql};\ncommit`,
    uncounted: statements.length,
  }
}

/** In which line of a text its last statement begins. */
export const lastLineOf = ({ sql }: CompiledQuery): number => sql.split('\n').length

/** The number that the statement before has given to its row. */
export const lastIdentity = 'cast(scope_identity() as int)'

/**
 * A row's number is read between the statements: within an insert whose rows have numbers of their own, another server
 * than SQL Server may take one of those for the last.
 */
function textOf(statement: ListedQuery, before: number, index: number): string {
  const text = guardedTextOf(statement, before, index)
  const last = `@last${index}`
  return statement.withLast
    ? `declare ${last} int = ${lastIdentity};\n${text.replaceAll(lastIdentity, last)}`
    : text
}

function guardedTextOf(statement: ListedQuery, before: number, index: number): string {
  const { instead, orElse } = statement
  const text = numberedOn(statement, before)
  const refusal = orElse ? `if @@rowcount = 0 throw ${changedNothing + index}, 'nothing was changed', 1` : ''
  if (!instead) return orElse ? `${text};\n${refusal}` : text
  const other = numberedOn(instead, before + statement.parameters.length)
  return `${text};\nif @@rowcount = 0 begin\n${other};\n${refusal};\nend`
}

const numberedOn = ({ sql: text }: CompiledQuery, before: number): string =>
  before === 0 ? text : text.replace(/@(\d+)/g, (_, number: string) => `@${Number(number) + before}`)
