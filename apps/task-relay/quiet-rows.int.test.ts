import { afterEach, expect, it } from 'vitest'
import { Clock, toLondon } from '#shared/clock'
import { subjects } from '#shared/contracts'
import type { NewRow } from '#shared/database'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { QuietRows } from './src/republish-quiet/quiet-rows.repository.js'

let database: TestDatabase | undefined
afterEach(async () => {
  await database?.remove()
})

class ClockAt extends Clock {
  constructor(private readonly at: string) {
    super()
  }
  instant(): Date {
    return new Date(this.at)
  }
}

const owed = (id: string, heard: string, state = 'PUBLISHED'): NewRow<'AsyncSchema.Outbox'> => ({
  MessageId: id,
  Subject: subjects.claimApprovalDue,
  Body: '{}',
  State: state,
  Attempts: 0,
  DateCreated: heard,
  DateLastHeard: heard,
})

/** The messages that count as quiet at an instant: a minute, or five seconds where none was published. */
async function quietAt(instant: string, rows: readonly NewRow<'AsyncSchema.Outbox'>[]): Promise<string[]> {
  database = await createTestDatabase()
  const { connection } = database
  await connection.db.insertInto('AsyncSchema.Outbox').values(rows).execute()
  const quiet = await new QuietRows(connection, new ClockAt(instant)).quiet(60, 5)
  return quiet.map(({ MessageId }) => MessageId).sort()
}

it('a message heard of by a clock that was an hour, a day or years ahead is quiet now', async () => {
  const now = new Date('2026-11-20T10:30:00Z')
  const ahead = (minutes: number) => toLondon(new Date(now.getTime() + minutes * 60_000))
  const rows = [
    owed('an hour', ahead(60)),
    owed('a day', ahead(1_440)),
    owed('years', ahead(5_000_000)),
    owed('unpublished', ahead(1_440), 'TO-PUBLISH'),
    owed('just now', ahead(0)),
    owed('a little ahead', ahead(0.9)),
  ]
  expect(await quietAt(now.toISOString(), rows)).toEqual(['a day', 'an hour', 'unpublished', 'years'])
})

it('in the second of two equal hours, what was heard of in the first is quiet', async () => {
  const rows = [
    owed('first 01:30', '2026-10-25 01:30:00.000'),
    owed('first 01:59', '2026-10-25 01:59:50.000'),
    owed('second 01:10', '2026-10-25 01:10:00.000'),
  ]
  expect(await quietAt('2026-10-25T01:10:30Z', rows)).toEqual(['first 01:30', 'first 01:59'])
})

it('as the clocks go back, what was heard of ten seconds ago is not quiet', async () => {
  const rows = [owed('just before', '2026-10-25 01:59:55.000'), owed('before', '2026-10-25 01:58:55.000')]
  expect(await quietAt('2026-10-25T01:00:05Z', rows)).toEqual(['before'])
})
