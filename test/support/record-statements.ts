/**
 * With `RECORD_STATEMENTS=<file>`, each statement that the sources send to the database in an integration test is
 * written down there once; `test/mssql-statements.int.test.ts`, run with the same, then fails for those it does not list.
 */
import { appendFileSync } from 'node:fs'
import { DefaultQueryExecutor } from 'kysely'
import { isList } from '#shared/database'

const file = process.env.RECORD_STATEMENTS
const ofSources = /\/(?:apps\/[^/]+\/src|libs)\//
/** What stands between whoever asks and the database. */
const between =
  /\/node_modules\/|\/database\/(?:connection|repeat-transient|statement-list|(?:mssql|sqlite)\/\w+)\.|node:|record-statements/

if (file !== undefined) {
  const known = new Set<string>()
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the `this` it belongs to
  const execute = DefaultQueryExecutor.prototype.executeQuery
  Error.stackTraceLimit = 50
  DefaultQueryExecutor.prototype.executeQuery = function (query) {
    for (const { sql } of isList(query) ? query.statements : [query]) {
      const line = JSON.stringify(sql)
      if (known.has(line) || !isAskedBySources(new Error().stack ?? '')) continue
      known.add(line)
      appendFileSync(file, `${line}\n`)
    }
    return execute.call(this, query) as never
  }
}

function isAskedBySources(stack: string): boolean {
  const caller = stack
    .split('\n')
    .slice(1)
    .find((frame) => !between.test(frame))
  return caller !== undefined && ofSources.test(caller) && !caller.includes('.test.ts')
}
