import { followUpId, messages, type SubjectStateOf } from '#shared/contracts'
import type { JobStage } from '#shared/jobs'
import { changeTarget, setTarget } from '#shared/operations'
import { Targets } from '#shared/provisioning'
import { owedMessages, type Work } from '#shared/unit-of-work'
import { ProvisionerSettings } from '../../../apps/provisioner/src/provisioner.settings.js'
import { GoneSubjects } from '../../../apps/provisioner/src/prune-provisioning/gone-subjects.repository.js'
import { EntriesLeftBehind } from '../../../apps/provisioner/src/prune-provisioning/left-behind.repository.js'
import type { TargetClient } from '../../../apps/provisioner/src/soap/target.client.js'
import { Subjects } from '../../../apps/provisioner/src/subjects/subjects.repository.js'
import { Entries } from '../../../apps/provisioner/src/tell-target/entries.repository.js'
import type { Answer } from '../../../apps/provisioner/src/tell-target/next-call.rules.js'
import { TellTargetHandler } from '../../../apps/provisioner/src/tell-target/tell-target.handler.js'
import type { Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { handled, inboxOf, unitOfWorkOf } from './deeds.js'
import type { Deed, Place } from './playground.js'

const owing = messages.provisioningDue
const before = '2024-03-13 09:00:00'
const target = 'gias'
const messageId = (entry: number, place: number): string =>
  followUpId(`provisioning.${entry}.${place}`, owing.subject)

/** A role as it is by now, of which one target is to know. */
const roleNamed = (name: string): SubjectStateOf<'role'> => ({ id: 7, name, status: 1 })
const wanted = (name: string) => JSON.stringify(roleNamed(name))

export const targetRow = (columns: Row = {}): Row => ({
  ...{
    TargetId: 1,
    Name: target,
    WsdlUrl: 'https://gias.example.com/?wsdl',
    Format: 'default',
    Kinds: 'role',
  },
  ...{
    IsAddressed: false,
    State: 'ACTIVE',
    FailedInARow: 0,
    Fills: 1,
    DateCreated: before,
    DateChanged: before,
  },
  ...columns,
})

export const subjectRow = (name: string, columns: Row = {}): Row => ({
  ...{ SubjectId: 1, Kind: 'role', SubjectKey: 'r7', Version: 1, State: wanted(name), IsAbsent: false },
  ...{ DateSaid: before, DateChanged: before },
  ...columns,
})

export const entryRow = (name: string, columns: Row = {}): Row => ({
  ...{ EntryId: 1, TargetId: 1, SubjectId: 1, Part: '', Wanted: wanted(name), IsAbsent: false },
  ...{ WantedVersion: 1, ConfirmedVersion: 0, AtTarget: 'NO', MessageId: messageId(1, 1), Messages: 1 },
  ...{ DateChanged: before },
  ...columns,
})

export const owedRow = (columns: Row = {}): Row => ({
  ...{ MessageId: messageId(1, 1), Subject: owing.subject, Body: '{"entryId":1}' },
  ...{ State: 'PUBLISHED', Attempts: 0, DateCreated: before, DateLastHeard: before },
  ...columns,
})

/** A role of which a target is owed word. */
export const roleOwed: Rows = {
  'AsyncSchema.ProvisioningTarget': [targetRow()],
  'AsyncSchema.ProvisioningSubject': [subjectRow('first')],
  'AsyncSchema.ProvisioningEntry': [entryRow('first')],
  'AsyncSchema.Outbox': [owedRow()],
}

const targetsOf = ({ connection }: Place) => new Targets(connection)
const subjectsOf = (place: Place) => new Subjects(targetsOf(place), place.connection)

/** Somebody says what is so of the role: `undefined`, that it is no more. */
export const says = (name: string | undefined, by = 'somebody'): Deed => ({
  name: `${by} says that the role is ${name ?? 'gone'}`,
  async do(place) {
    const { connection, clock } = place
    const { dialect } = connection
    const state = name === undefined ? undefined : roleNamed(name)
    await connection.transaction(async (db) => {
      const now = clock.now()
      const change = { kind: 'role', id: 'r7', state } as const
      const due = await subjectsOf(place).change({ db, dialect, now }, change, { at: now })
      const owed = due.map(({ entryId, messageId: id }) => ({
        ...{ id, subject: owing.subject, body: { entryId } },
      }))
      await dialect.later(db, owedMessages(db, owed, now))
    })
  },
})

/** The target is told, and answers so. */
export const tells = (answer: Answer, by = 'one'): Deed =>
  handled(
    `${by} tells the target, and it is ${answer.kind}`,
    { id: messageId(1, 1), consumer: 'tell-target', subject: owing.subject },
    (place, delivery) => {
      const { connection, clock, log } = place
      const client = {
        async tell(_: unknown, { facts, action }: { facts: { name?: string }; action: string }) {
          await place.outside()
          const call = `${action} of the role ${facts.name}`
          // What is refused may be said again, where it has changed meanwhile.
          if (answer.kind === 'confirmed') place.note(call)
          else place.noteEarly(call)
          return answer
        },
      } as unknown as TargetClient
      return new TellTargetHandler(
        ...[new Entries(connection, targetsOf(place)), targetsOf(place), client, new ProvisionerSettings({})],
        ...[inboxOf(place), unitOfWorkOf(place), connection, clock, log],
      ).handle({ entryId: 1 }, delivery)
    },
  )

export const operator = (change: 'hold' | 'resume', by = 'an operator'): Deed => ({
  name: `${by} has the target ${change}`,
  do: ({ connection, clock }) =>
    changeTarget(connection, change, target, { now: clock.now(), dryRun: false, reason: 'to see' }),
})

/** The flow that fills a target comes by the role. */
export const fills = (by: string, name = target): Deed => ({
  name: `the target is filled by ${by}`,
  async do(place) {
    const found = await targetsOf(place).named(name)
    if (!found) return
    await unitOfWorkOf(place).run({ id: by, consumer: 'fill-target' }, async (work: Work<typeof owing>) => {
      const stage = subjectsOf(place).of(found)
      for (const { due } of await stage.take(work, await stage.read(work.db, 0)))
        if (due) work.named(owing, due.messageId, { entryId: due.entryId })
    })
  },
})

/** A pass of the day's pruning, of what was confirmed as gone before tomorrow. */
export const prunesGone = (what: 'entries' | 'subjects'): Deed => ({
  name: `${what} that are gone are pruned`,
  async do(place) {
    const stage = new GoneSubjects(place.connection)[what]('2024-03-14 00:00:00') as JobStage<never>
    await unitOfWorkOf(place).run({ id: what, consumer: 'prune-provisioning' }, async (work: Work) => {
      const rows = await stage.read(work.db, 0)
      if (rows.length) await stage.change(work, rows, undefined)
    })
  },
})

/** A pass of the day's pruning over what no message tells any more. */
export const owesAgain = (by: string): Deed => ({
  name: `what is left behind is owed again by ${by}`,
  async do(place) {
    const stage = new EntriesLeftBehind(place.connection).all()
    await unitOfWorkOf(place).run(
      { id: by, consumer: 'prune-provisioning' },
      async (work: Work<typeof owing>) => {
        for (const { due } of await stage.take(work, await stage.read(work.db, 0)))
          if (due) work.named(owing, due.messageId, { entryId: due.entryId })
      },
    )
  },
})

/** Another system is to be told, too. */
export const addsTarget = (name: string): Deed => ({
  name: `an operator adds ${name}, and it is filled`,
  async do(place) {
    const given = { wsdl: 'https://example.com/?wsdl', format: 'default', kinds: ['role'] } as const
    const how = { ...given, credentials: null, addressed: false }
    await setTarget(place.connection, name, how, { now: place.clock.now(), dryRun: false })
    await fills(`filling ${name}`, name).do(place)
  },
})
