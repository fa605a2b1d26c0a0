import { followUpId, messages, type ProvisioningMessage, type SubjectStateOf } from '#shared/contracts'
import type { JobStage } from '#shared/jobs'
import { changeTarget, removeTarget, setTarget } from '#shared/operations'
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
import { drained } from '../drained.js'
import type { Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { handled, inboxOf, unitOfWorkOf } from './deeds.js'
import type { Deed, Place, Rest } from './playground.js'

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

type Noted = (place: Place, call: string, isConfirmed: boolean) => void

/** What is refused may be said again, where it has changed meanwhile. */
const byAnswer: Noted = (place, call, isConfirmed) => {
  if (isConfirmed) place.note(call)
  else place.noteEarly(call)
}
/** An operator may have it said elsewhere, or again, while it is being said. */
const perhapsAgain: Noted = (place, call) => place.noteEarly(call)

const messageOf = (id: string) => ({ id, consumer: 'tell-target', subject: owing.subject })

/** The handler, with a target that answers so. */
function tellerOf(place: Place, answer: Answer, noted: Noted): TellTargetHandler {
  const { connection, clock, log } = place
  const client = {
    async tell(_: unknown, { facts, action }: { facts: { name?: string }; action: string }) {
      await place.outside()
      noted(place, `${action} of the role ${facts.name}`, answer.kind === 'confirmed')
      return answer
    },
  } as unknown as TargetClient
  return new TellTargetHandler(
    ...[new Entries(connection, targetsOf(place)), targetsOf(place), client, new ProvisionerSettings({})],
    ...[inboxOf(place), unitOfWorkOf(place), connection, clock, log],
  )
}

/** The target is told, and answers so. */
export const tells = (answer: Answer, by = 'one', noted = byAnswer): Deed =>
  handled(
    `${by} tells the target, and it is ${answer.kind === 'fault' ? `a ${answer.meaning} fault` : answer.kind}`,
    messageOf(messageId(1, 1)),
    (place, delivery) => tellerOf(place, answer, noted).handle({ entryId: 1 }, delivery),
  )

/** The same, where operators tend the target meanwhile. */
export const tellsAmid = (answer: Answer): Deed => tells(answer, 'one', perhapsAgain)

/** Few enough that what comes round for ever is found. */
const mostMessages = 10

/** The target is filled where that was asked for, and everything that is owed is told, and confirmed: by which message makes no difference then. */
export const allIsTold: Rest = {
  deed: {
    name: 'all is told',
    async do(place) {
      const filling = place.connection.db.selectFrom('AsyncSchema.Flow').select('FlowId')
      if (await filling.executeTakeFirst()) await fills('the last filling').do(place)
      for (let count = 0; count < mostMessages; count++) {
        const owed = await place.connection.db
          .selectFrom('AsyncSchema.Outbox')
          .select(['MessageId', 'Body'])
          .where('Subject', '=', owing.subject)
          .where('DateEnded', 'is', null)
          .orderBy('OutboxId')
          .executeTakeFirst()
        if (!owed) return
        const body = JSON.parse(owed.Body) as ProvisioningMessage
        await handled('', messageOf(owed.MessageId), (there, delivery) =>
          tellerOf(there, { kind: 'confirmed' }, perhapsAgain).handle(body, delivery),
        ).do(place)
      }
      place.note('something is owed for ever')
    },
  },
  columns: {
    AsyncSchema_ProvisioningTarget: ['Name', 'WsdlUrl', 'State'],
    AsyncSchema_ProvisioningSubject: ['SubjectKey', 'State', 'Version', 'IsAbsent'],
    AsyncSchema_ProvisioningEntry: ['EntryId', 'Wanted', 'WantedVersion', 'ConfirmedVersion', 'AtTarget'],
  },
}

export const operator = (change: 'hold' | 'resume', by = 'an operator'): Deed => ({
  name: `${by} has the target ${change}`,
  do: ({ connection, clock }) =>
    changeTarget(connection, change, target, { now: clock.now(), dryRun: false, reason: 'to see' }),
})

export const movesTarget: Deed = {
  name: 'an operator says where the target is by now',
  do: ({ connection, clock }) =>
    setTarget(
      connection,
      target,
      {
        ...{ wsdl: 'https://moved.example.com/?wsdl', format: 'default', kinds: ['role'] },
        ...{ credentials: null, addressed: false },
      },
      { now: clock.now(), dryRun: false },
    ),
}

export const removesTarget: Deed = {
  name: 'an operator removes the target',
  do: ({ connection, clock }) =>
    drained(removeTarget(connection, target, { now: clock.now(), dryRun: false })),
}

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
