import type { DatabaseConnection } from '#shared/database'

/** Years ago a job was fired: whoever looks finds no fresh installation, in which nothing can have been missed. */
export const firedYearsAgo = async ({ db }: DatabaseConnection): Promise<void> => {
  const time = '2020-01-01 04:30:00.000'
  await db
    .insertInto('AsyncSchema.ScheduleRun')
    .values({ Job: 'daily', RunDate: '2020-01-01', DateDue: time, DateFired: time })
    .execute()
}
