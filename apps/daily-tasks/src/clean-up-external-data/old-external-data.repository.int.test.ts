import { expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import { Inbox, UnitOfWork } from '#shared/unit-of-work'
import { claimIds, firstTimeClaim } from '../../../../test/support/claim-rows.js'
import { insertRows, readRows } from '../../../../test/support/rows.js'
import { createTestDatabase } from '../../../../test/support/test-database.js'
import { OldExternalData } from './old-external-data.repository.js'

it('keeps an eligibility for which a claim was begun since its claims were read', async () => {
  const database = await createTestDatabase()
  try {
    const { connection } = database
    await insertRows(connection, firstTimeClaim(1))
    const before = await readRows(connection)
    const { Reference: reference, EligibilityId: eligibilityId } = claimIds(1)
    const clock = new ShiftedClock('2024-03-13 04:30:00')
    const publisher = { publishFollowUps: () => Promise.resolve() }
    const unitOfWork = new UnitOfWork(connection, new Inbox(connection, clock), publisher, clock)
    // As whoever found no claim of it, a moment before it came.
    const going = { eligibilities: [{ eligibilityId, reference }], claims: [], documents: [] }
    const cleaning = unitOfWork.run({ id: 'schedule.daily', consumer: 'clean-up-external-data' }, (work) =>
      new OldExternalData(connection).delete(work, going, new Set()),
    )
    await expect(cleaning).rejects.toThrow('claim-begun-meanwhile')
    expect(await readRows(connection)).toEqual(before)
  } finally {
    await database.remove()
  }
})
