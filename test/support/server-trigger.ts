import { sql, type RawBuilder } from 'kysely'

/** The statement that makes a trigger of SQL Server's: it takes one only where nothing comes before it in its text. */
export const serverTrigger = (text: string): RawBuilder<unknown> => sql`exec(${sql.lit(text)})`
