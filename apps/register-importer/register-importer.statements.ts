import { messages, type Message } from '#shared/contracts'
import { followedBy } from '#shared/jobs'
import type { Work } from '#shared/unit-of-work'
import { PrisonChanges } from './src/prison-changes.repository.js'
import { inPage, inUnitOfWork, type StatementSteps } from '../../tools/statements/step.js'

const prison = { name: 'durham', displayName: 'Durham', region: 'ENG/WAL', postcode: 'DH1 3HU' }
/** As the recorder finds it. */
const row = { ChangeId: 7, Name: 'durham', DisplayName: 'Durham', Region: 'ENG/WAL', Postcode: 'DH1 3HU' }

/** What register-importer asks the database, step by step. */
export const statements: StatementSteps = {
  'check-prison-register: what there is': async ({ connection }) => {
    const changes = new PrisonChanges(connection)
    await changes.areThere(12)
    await changes.stored()
    await changes.closing(12)
  },
  'check-prison-register: what a register changes': (database) =>
    inUnitOfWork(database, (unit) =>
      new PrisonChanges(database.connection).record(unit, 12, [{ ...prison, isClosed: false }]),
    ),
  'check-prison-register: ask for each change': (database) => {
    const asked = followedBy(
      new PrisonChanges(database.connection).of(12),
      (unit: Work<Message>, { changeId, name }) => unit.item(messages.prisonChangeDue, name, { changeId }),
    )
    return inPage(database, asked, [{ changeId: 7, name: 'durham' }])
  },
  'take-in-prison: look': ({ connection }) => new PrisonChanges(connection).one(7),
  'take-in-prison: take': (database) =>
    inUnitOfWork(database, (unit) => new PrisonChanges(database.connection).take(unit, 7)),
  'report-prison-register: take over': (database) => {
    database.answer = { ...row, IsClosed: false, IsTaken: true }
    return inUnitOfWork(database, async (unit) => {
      await new PrisonChanges(database.connection).takeOver(unit, 12)
    })
  },
  'report-prison-register: take over a new prison': (database) => {
    database.answer = { ...row, IsClosed: true, IsTaken: true }
    database.happens = [[/^select "Name" from/, 'nothing']]
    return inUnitOfWork(database, async (unit) => {
      await new PrisonChanges(database.connection).takeOver(unit, 12)
    })
  },
}
