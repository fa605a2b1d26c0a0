import type { DatabaseConnection } from '#shared/database'

/** What was written down of what an operator asked for last. */
export const lastAction = ({ db }: Pick<DatabaseConnection, 'db'>) =>
  db
    .selectFrom('AsyncSchema.OperatorAction')
    .select(['State', 'Outcome', 'Result'])
    .orderBy('ActionId', 'desc')
    .executeTakeFirst()
