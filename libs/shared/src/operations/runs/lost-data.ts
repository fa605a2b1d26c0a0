import { sql } from 'kysely'
import { losesData } from '../../contracts/index.js'

/** Of a Task row: whether it has data. What it says is not read. */
export const hasNoData = sql<number>`case when ${sql.ref('AdditionalData')} is null then 1 else 0 end`.as(
  'NoData',
)

/** Whether what a Task row said was deleted for its age: it could not be done any more. */
export const hasLostData = ({ Task, NoData }: { readonly Task: string; readonly NoData: number }): boolean =>
  Number(NoData) === 1 && losesData(Task)
