import { statementsIn } from '../../tools/statements/statements-in.js'
import { Parser } from 'node-sql-parser/build/transactsql.js'

const parser = new Parser()

/** `output` of an insert's or an update's rows is all of our T-SQL that the parser does not know. */
const output = / output (?:"inserted"\."\w+" as "\w+"(?:, )?)+(?= values | select | where )/
/** It knows the hint by half of its name only. */
const byLocks = /\breadcommittedlock(?=\))/g
const transactions = ['begin transaction', 'commit', 'rollback']

/**
 * Why a text is not T-SQL, to somebody else's grammar of it: the dialect's own tests only say that we wrote what we
 * meant to write. It knows syntax; names and types it does not.
 */
export function syntaxErrorIn(text: string): string | undefined {
  for (const part of statementsIn(text)) {
    if (transactions.includes(part)) continue
    try {
      parser.astify(part.replace(output, '').replace(byLocks, 'readcommitted'), { database: 'transactsql' })
    } catch (error) {
      return `${error instanceof Error ? error.message : String(error)}: ${text}`
    }
  }
  return undefined
}
