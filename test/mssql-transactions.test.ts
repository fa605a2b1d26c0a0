import { expect, it } from 'vitest'
import { sql } from 'kysely'
import { SystemClock } from '#shared/clock'
import type { Message } from '#shared/contracts'
import { Inbox, UnitOfWork, type Work } from '#shared/unit-of-work'
import { RecordingDatabase } from '../tools/statements/index.js'

const claim = { reference: 'ABCDEFG', eligibilityId: 1, claimId: 2 }
const message = { id: 'ExtSchema.Task.3.1', consumer: 'complete-claim' }

// The text takes 2,098 parameters: somewhere in between the row's go into it, and its message's do not.
it.each([2_040, 2_070, 2_080, 2_085, 2_090])(
  'a Task row and the message that bears its number go in one text (after %i parameters)',
  async (before) => {
    const { connection, statements } = new RecordingDatabase('mssql')
    const clock = new SystemClock()
    const publisher = { publishFollowUps: () => Promise.resolve() }
    const unitOfWork = new UnitOfWork(connection, new Inbox(connection, clock), publisher, clock)
    await unitOfWork.run(message, (work: Work<Message>) => {
      const values = sql.join(Array.from({ length: before }, (_, index) => index))
      work.followUp('DWP-CHECK', claim)
      return work.batch([{ compile: () => sql`delete from x where y in (${values})`.compile(work.db) }])
    })
    const bearing = statements.filter(({ sql: text }) => text.includes('scope_identity()'))
    expect(bearing).toHaveLength(1)
    expect(bearing[0]?.sql).toMatch(/insert into "IntSchema"\."Task"[^]*scope_identity\(\)/)
    // Outbox rows have numbers of their own: within their insert the last number may be one of those.
    expect(bearing[0]?.sql).not.toMatch(/insert into "AsyncSchema"\."Outbox"[^;]*scope_identity\(\)/)
    for (const { parameters } of statements) expect(parameters.length).toBeLessThanOrEqual(2_098)
  },
)
