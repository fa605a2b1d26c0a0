/** What a batch has besides its statements. */
const betweenStatements =
  /^(?:set nocount (?:on|off)|set xact_abort on|declare @last\d+ int = cast\(scope_identity\(\) as int\)|if @@rowcount = 0 throw .*|end)$/
const guard = /^if @@rowcount = 0 begin\n/

/** The statements of a text, without what makes a batch, or a transaction, of them. */
export const statementsIn = (sql: string): string[] =>
  sql
    .split(';\n')
    .filter((part) => !betweenStatements.test(part))
    .map((part) => part.replace(guard, ''))
