import { Injectable } from '@nestjs/common'
import type { Transaction } from 'kysely'
import type { LocalTime } from '#shared/clock'
import type { SubjectKind, TaskRef } from '#shared/contracts'
import { DatabaseConnection, type Database, type Row, type SqlDialect } from '#shared/database'
import { pageSize, type TakingStage } from '#shared/jobs'
import { OwnError } from '#shared/logging'
import { Targets, type Target } from '#shared/provisioning'
import {
  isOvertaken,
  wantedOf,
  type Said,
  type SubjectChange,
  type SubjectState,
  type Wanted,
} from './subject.rules.js'
import { callOffWaiting, owe, type Due } from './owing.js'

/** Where a change is written down: in the transaction of whoever brings it. */
export interface Place {
  readonly db: Transaction<Database>
  readonly dialect: SqlDialect
  readonly now: LocalTime
}

type Entry = Pick<
  Row<'AsyncSchema.ProvisioningEntry'>,
  'EntryId' | 'TargetId' | 'Part' | 'Wanted' | 'IsAbsent' | 'WantedVersion' | 'ConfirmedVersion' | 'Messages'
>

/** A subject that a target may have to be told of; once it is known, what is owed of it. */
export interface FoundSubject {
  readonly subjectId: number
  readonly due?: Due
}

/** What is so of the subjects, and what each target is to know of them: `AsyncSchema.ProvisioningSubject` and `ProvisioningEntry`. */
@Injectable()
export class Subjects {
  constructor(
    private readonly targets: Targets,
    private readonly connection: DatabaseConnection,
  ) {}

  /**
   * Writes down what is so of a subject, and what its targets are to know of it. Said twice, it is no change; what was not
   * confirmed is owed again where nothing owes it. What was said before what was said last comes too late, and changes nothing.
   * @returns what is owed now and was not before
   */
  async change(place: Place, change: SubjectChange, said: Said): Promise<Due[]> {
    const subjectId = await this.record(place, change, said)
    if (subjectId === undefined) return []
    // Only now: a target that comes meanwhile finds the subject as it is.
    const targets = await this.targets.all(place.db)
    return this.want(place, { subjectId, ...change }, targets)
  }

  /** What a target is to know of each subject that is for it, and that it has not confirmed, at once: page by page. */
  of(target: Target): TakingStage<FoundSubject> {
    return {
      keyOf: ({ subjectId }) => subjectId,
      read: (db, after) => {
        const { dialect } = this.connection
        // Waits for whoever is writing one down: they may have asked for the targets before this one was there.
        const query = db
          .selectFrom(dialect.holding('AsyncSchema.ProvisioningSubject', 's'))
          .select('s.SubjectId as subjectId')
          .where('s.Kind', 'in', [...target.kinds])
          .where('s.SubjectId', '>', after)
          .orderBy('s.SubjectId')
        return dialect.first(query, pageSize).execute()
      },
      take: async (work, found) => {
        const owed: FoundSubject[] = []
        const ids = found.map(({ subjectId }) => subjectId)
        await callOffWaiting(work, target.targetId, ids)
        for (const { subjectId } of found)
          for (const due of await this.dueAt(work, target, subjectId)) owed.push({ subjectId, due })
        return owed
      },
    }
  }

  private async dueAt(place: Place, target: Target, subjectId: number): Promise<Due[]> {
    // Whoever changes it waits, or has been waited for.
    const row = await place.db
      .selectFrom(place.dialect.holding('AsyncSchema.ProvisioningSubject', 's'))
      .select(['s.Kind', 's.State', 's.IsAbsent'])
      .where('s.SubjectId', '=', subjectId)
      .executeTakeFirst()
    if (!row) return []
    const kind = row.Kind as SubjectKind
    const state = row.IsAbsent ? undefined : (JSON.parse(row.State) as SubjectState)
    return this.want(place, { subjectId, kind, state }, [target])
  }

  /** @returns its number; undefined where it is no more and never was, or where this comes too late */
  private async record(
    { db, dialect, now }: Place,
    change: SubjectChange,
    said: Said,
  ): Promise<number | undefined> {
    const { kind, id, state } = change
    const found = await db
      .selectFrom(dialect.holding('AsyncSchema.ProvisioningSubject', 's'))
      .select(['s.SubjectId', 's.State', 's.IsAbsent', 's.DateSaid', 's.TaskSchema', 's.TaskId'])
      .where('s.Kind', '=', kind)
      .where('s.SubjectKey', '=', id)
      .executeTakeFirst()
    const isAbsent = state === undefined
    const text = JSON.stringify(state ?? {})
    const words = {
      ...{ State: text, IsAbsent: isAbsent, DateSaid: said.at },
      ...{ TaskSchema: said.task?.schema ?? null, TaskId: said.task?.taskId ?? null },
    }
    if (!found) {
      if (isAbsent) return undefined
      const added = db.insertInto('AsyncSchema.ProvisioningSubject').values({
        ...{ Kind: kind, SubjectKey: id, Version: 1, ...words, DateChanged: now },
      })
      const [row] = await dialect.returning(added, ['SubjectId']).execute()
      if (!row) throw new OwnError('a subject was not inserted')
      return row.SubjectId
    }
    if (isOvertaken(said, lastSaid(found), now)) return undefined
    const isChanged = found.IsAbsent !== isAbsent || found.State !== text
    await db
      .updateTable('AsyncSchema.ProvisioningSubject')
      .set(words)
      .$if(isChanged, (query) =>
        query.set((subject) => ({ Version: subject('Version', '+', 1), DateChanged: now })),
      )
      .where('SubjectId', '=', found.SubjectId)
      .execute()
    return found.SubjectId
  }

  private async want(
    place: Place,
    subject: { readonly subjectId: number } & Pick<SubjectChange, 'kind' | 'state'>,
    targets: readonly Target[],
  ): Promise<Due[]> {
    const { subjectId, kind, state } = subject
    const told = targets.filter(({ kinds }) => kinds.includes(kind))
    const entries = await this.entries(place, subjectId)
    const wanted = state
      ? wantedOf(
          kind,
          state,
          told.map(({ name }) => name),
        )
      : []
    const due: Due[] = []
    for (const { targetId, name } of told) {
      const own = entries.filter((entry) => entry.TargetId === targetId)
      for (const each of wanted.filter(({ target }) => target === name))
        due.push(...(await this.wantOne(place, { subjectId, targetId }, each, own)))
      const parts = wanted.filter(({ target }) => target === name).map(({ part }) => part.toLowerCase())
      for (const entry of own.filter(({ Part }) => !parts.includes(Part.toLowerCase())))
        due.push(...(await this.wantGone(place, entry)))
    }
    return due
  }

  private entries({ db, dialect }: Place, subjectId: number): Promise<Entry[]> {
    return db
      .selectFrom(dialect.holding('AsyncSchema.ProvisioningEntry', 'e'))
      .select(['e.EntryId', 'e.TargetId', 'e.Part', 'e.Wanted', 'e.IsAbsent'])
      .select(['e.WantedVersion', 'e.ConfirmedVersion', 'e.Messages'])
      .where('e.SubjectId', '=', subjectId)
      .execute()
  }

  private async wantOne(
    place: Place,
    { subjectId, targetId }: { readonly subjectId: number; readonly targetId: number },
    { part, facts }: Wanted,
    own: readonly Entry[],
  ): Promise<Due[]> {
    const { db, dialect, now } = place
    const Wanted = JSON.stringify(facts)
    const entry = own.find(({ Part }) => Part.toLowerCase() === part.toLowerCase())
    if (!entry) {
      const added = db.insertInto('AsyncSchema.ProvisioningEntry').values({
        ...{ TargetId: targetId, SubjectId: subjectId, Part: part, Wanted, IsAbsent: false },
        ...{ WantedVersion: 1, ConfirmedVersion: 0, AtTarget: 'NO', Messages: 0, DateChanged: now },
      })
      const [row] = await dialect.returning(added, ['EntryId']).execute()
      if (!row) throw new OwnError('what is wanted was not inserted')
      return owe(place.db, { entryId: row.EntryId, before: 0 })
    }
    if (entry.IsAbsent || entry.Wanted !== Wanted)
      await wantAnew(place, entry.EntryId, { Wanted, IsAbsent: false })
    else if (entry.ConfirmedVersion === entry.WantedVersion) return []
    return owe(place.db, { entryId: entry.EntryId, before: entry.Messages })
  }

  private async wantGone(place: Place, entry: Entry): Promise<Due[]> {
    if (!entry.IsAbsent) await wantAnew(place, entry.EntryId, { IsAbsent: true })
    else if (entry.ConfirmedVersion === entry.WantedVersion) return []
    return owe(place.db, { entryId: entry.EntryId, before: entry.Messages })
  }
}

const lastSaid = ({
  DateSaid: at,
  TaskSchema,
  TaskId,
}: Pick<Row<'AsyncSchema.ProvisioningSubject'>, 'DateSaid' | 'TaskSchema' | 'TaskId'>): Said =>
  TaskSchema === null || TaskId === null
    ? { at }
    : { at, task: { schema: TaskSchema as TaskRef['schema'], taskId: TaskId } }

const wantAnew = (
  { db, now }: Place,
  entryId: number,
  wanted: { readonly Wanted?: string; readonly IsAbsent: boolean },
) =>
  db
    .updateTable('AsyncSchema.ProvisioningEntry')
    .set((entry) => ({ ...wanted, WantedVersion: entry('WantedVersion', '+', 1), DateChanged: now }))
    .where('EntryId', '=', entryId)
    .execute()
