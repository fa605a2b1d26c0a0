import { followedBy } from '#shared/jobs'
import { Targets, type Target, type TargetGiven } from '#shared/provisioning'
import { GoneSubjects } from './src/prune-provisioning/gone-subjects.repository.js'
import { EntriesLeftBehind } from './src/prune-provisioning/left-behind.repository.js'
import { Subjects } from './src/subjects/subjects.repository.js'
import { Entries, type Entry } from './src/tell-target/entries.repository.js'
import { inPage, inUnitOfWork, task, type StatementSteps } from '../../tools/statements/step.js'
import type { RecordingDatabase } from '../../tools/statements/recording-database.js'

const given: TargetGiven = {
  ...{ wsdl: 'https://example.com/?wsdl', format: 'default', kinds: ['role'], credentials: null },
  addressed: false,
}
const target: Target = {
  ...{ targetId: 1, name: 'x', ...given, state: 'ACTIVE', reason: null },
  ...{ failedInARow: 1, probe: null },
}
const entry: Entry = {
  ...{ entryId: 1, kind: 'role', facts: {}, isAbsent: false, wantedVersion: 2, confirmedVersion: 1 },
  ...{ atTarget: 'YES', messageId: 'x', messages: 1, target },
}
/** As the recorder finds them. */
const targetRow = {
  ...{ TargetId: 1, Name: 'x', WsdlUrl: given.wsdl, Format: 'default', Kinds: 'role' },
  ...{ Credentials: null, IsAddressed: false, State: 'ACTIVE', Reason: null },
  ...{ FailedInARow: 0, ProbeMessageId: null },
}
const entryRow = {
  ...{ EntryId: 1, TargetId: 1, Part: '', Wanted: '{}', IsAbsent: false, WantedVersion: 2 },
  ...{ ConfirmedVersion: 1, AtTarget: 'YES', MessageId: 'x', Messages: 1 },
}
const said = { at: '2024-03-13 11:30:00', task } as const
const role = { kind: 'role', id: '7', state: { id: 7, status: 1 } } as const

const subjects = ({ connection }: RecordingDatabase) => new Subjects(new Targets(connection), connection)
const entries = ({ connection }: RecordingDatabase) => new Entries(connection, new Targets(connection))

/** What provisioner asks the database, step by step. */
export const statements: StatementSteps = {
  'subjects: a new one': (database) => {
    database.happens = [
      [/^select (?!.*ProvisioningTarget).*ProvisioningSubject/, 'nothing'],
      [/ProvisioningTarget/, targetRow],
      [/^select .*ProvisioningEntry/, 'nothing'],
    ]
    return inUnitOfWork(database, async (work) => void (await subjects(database).change(work, role, said)))
  },
  'subjects: one that has changed': (database) => {
    database.happens = [
      [
        /^select .*ProvisioningSubject/,
        { SubjectId: 1, State: '{}', IsAbsent: false, DateSaid: '2024-03-12', TaskId: null },
      ],
      [/ProvisioningTarget/, targetRow],
      [/^select .*ProvisioningEntry/, entryRow],
    ]
    return inUnitOfWork(database, async (work) => void (await subjects(database).change(work, role, said)))
  },
  'subjects: one that is gone': (database) => {
    database.happens = [
      [
        /^select .*ProvisioningSubject/,
        { SubjectId: 1, State: '{}', IsAbsent: false, DateSaid: '2024-03-12', TaskId: null },
      ],
      [/ProvisioningTarget/, targetRow],
      [/^select .*ProvisioningEntry/, entryRow],
    ]
    return inUnitOfWork(
      database,
      async (work) => void (await subjects(database).change(work, { ...role, state: undefined }, said)),
    )
  },
  'fill-target: what a target is to know': (database) => {
    database.happens = [
      [/^select .*"State"/, { Kind: 'role', State: '{}', IsAbsent: true }],
      [/^select .*ProvisioningEntry/, entryRow],
    ]
    const asked = followedBy(subjects(database).of(target), () => undefined)
    return inPage(database, asked, [{ subjectId: 1 }])
  },
  'tell-target: what it is to know': (database) => {
    database.happens = [
      [/^select .*ProvisioningEntry/, { ...entryRow, Kind: 'role' }],
      [/ProvisioningTarget/, targetRow],
    ]
    return entries(database).find(1)
  },
  'tell-target: before it is told': (database) => entries(database).sending(entry, 'x', { action: 'CREATE' }),
  'tell-target: what it says': (database) =>
    entries(database).learned(entry, 'x', { atTarget: 'YES', reason: 'x' }),
  'tell-target: it refuses': (database) =>
    entries(database).refused(entry, 'x', { atTarget: 'NO', reason: 'x' }),
  'tell-target: it refused, and is asked once more': (database) => entries(database).owedAgain(entry),
  'tell-target: it knows': (database) =>
    inUnitOfWork(database, async (work) => void (await entries(database).confirm(work, entry, 'x', 'YES'))),
  'tell-target: it knows, and there is more': (database) => {
    database.happens = [[/"WantedVersion" = (?:@\d+|\?)$/, 'nothing']]
    return inUnitOfWork(
      database,
      async (work) => void (await entries(database).confirm(work, entry, 'x', 'YES')),
    )
  },
  'tell-target: it is held': (database) =>
    inUnitOfWork(database, async (work) => void (await entries(database).leave(work, entry, 'x'))),
  'targets: one that failed': ({ connection }) =>
    new Targets(connection).failed(1, 'x', 'x', '2024-03-13 11:30:00'),
  'targets: one that answers': (database) =>
    inUnitOfWork(database, (work) => new Targets(database.connection).answered(work, target, 'x')),
  'targets: one that answers again': (database) => {
    database.happens = [[/^select .*Flow/, 'nothing']]
    return inUnitOfWork(database, (work) =>
      new Targets(database.connection).answered(work, { ...target, state: 'HELD' }, 'x'),
    )
  },
  'targets: one that another message asks': ({ connection }) =>
    new Targets(connection).askInstead({ ...target, state: 'HELD', probe: 'x' }, 'y'),
  'prune-provisioning: entries': (database) =>
    inPage(database, new GoneSubjects(database.connection).entries('2024-02-13 11:30:00'), [{ EntryId: 1 }]),
  'prune-provisioning: entries of no target': (database) =>
    inPage(database, new GoneSubjects(database.connection).ofNoTarget(), [{ EntryId: 1 }]),
  'prune-provisioning: subjects': (database) =>
    inPage(database, new GoneSubjects(database.connection).subjects('2024-02-13 11:30:00'), [
      { SubjectId: 1 },
    ]),
  'prune-provisioning: what is left behind': (database) =>
    inPage(
      database,
      followedBy(new EntriesLeftBehind(database.connection).all(), () => undefined),
      [{ entryId: 1, before: 1 }],
    ),
}
