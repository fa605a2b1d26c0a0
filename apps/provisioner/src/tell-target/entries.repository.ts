import { Injectable } from '@nestjs/common'
import type { Row } from '#shared/database'
import { DatabaseConnection, fit } from '#shared/database'
import type { SubjectKind } from '#shared/contracts'
import { openMessage, targetState, Targets, type Target } from '#shared/provisioning'
import type { Work } from '#shared/unit-of-work'
import { messageIdOf, type Due } from '../subjects/owing.js'
import type { Facts } from '../subjects/subject.rules.js'
import type { AtTarget, Call } from './next-call.rules.js'

/** What a target is to know of a subject, as it is by now. Personal data. */
export interface Entry {
  readonly entryId: number
  readonly kind: SubjectKind
  readonly facts: Facts
  readonly isAbsent: boolean
  readonly wantedVersion: number
  readonly confirmedVersion: number
  readonly atTarget: AtTarget
  /** The message by which it is owed; null where nothing is. */
  readonly messageId: string | null
  readonly messages: number
  readonly target: Target
}

/** What targets are to know: `AsyncSchema.ProvisioningEntry`, as it is worked off. */
@Injectable()
export class Entries {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly targets: Targets,
  ) {}

  async find(entryId: number): Promise<Entry | undefined> {
    const row = await this.connection.db
      .selectFrom('AsyncSchema.ProvisioningEntry as e')
      .innerJoin('AsyncSchema.ProvisioningSubject as s', 's.SubjectId', 'e.SubjectId')
      .select(['e.EntryId', 'e.TargetId', 'e.Wanted', 'e.IsAbsent', 'e.WantedVersion'])
      .select(['e.ConfirmedVersion', 'e.AtTarget', 'e.MessageId', 'e.Messages', 's.Kind'])
      .where('e.EntryId', '=', entryId)
      .executeTakeFirst()
    const target = row && (await this.targets.one(row.TargetId))
    return target && entryOf(row, target)
  }

  /**
   * Writes down what is about to be said, before it is: whatever becomes of the answer, what was created is not created again.
   * @returns false where the entry is another message's by now
   */
  async sending({ entryId, wantedVersion }: Entry, messageId: string, { action }: Call): Promise<boolean> {
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.ProvisioningEntry')
      .set({ SentVersion: wantedVersion, ...(action === 'CREATE' ? { AtTarget: 'MAYBE' } : {}) })
      .where('EntryId', '=', entryId)
      .where('MessageId', '=', messageId)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** What an answer that is no confirmation says of the entry. */
  async learned(
    { entryId }: Entry,
    messageId: string,
    { atTarget, reason }: { readonly atTarget?: AtTarget; readonly reason?: string },
  ): Promise<void> {
    await this.connection.db
      .updateTable('AsyncSchema.ProvisioningEntry')
      .set({
        ...(atTarget === undefined ? {} : { AtTarget: atTarget }),
        ...(reason === undefined ? {} : { Reason: fit('AsyncSchema.ProvisioningEntry', 'Reason', reason) }),
      })
      .where('EntryId', '=', entryId)
      .where('MessageId', '=', messageId)
      .execute()
  }

  /**
   * The target refuses it for good, as it was when it was read: this message is the last that says so, and owes it no more.
   * What changes from now on is owed by another one.
   * @returns false where it has changed since: that is to be told
   */
  async refused(
    { entryId, wantedVersion }: Entry,
    messageId: string,
    { atTarget, reason }: { readonly atTarget: AtTarget; readonly reason: string },
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.ProvisioningEntry')
      .set({ AtTarget: atTarget, Reason: fit('AsyncSchema.ProvisioningEntry', 'Reason', reason) })
      .set({ MessageId: null })
      .where('EntryId', '=', entryId)
      .where('MessageId', '=', messageId)
      .where('WantedVersion', '=', wantedVersion)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /**
   * A message that was refused is tried once more: it owes it again.
   * @returns false where another one does by now, or it has ended
   */
  async owedAgain({ entryId, messages }: Entry): Promise<boolean> {
    const messageId = messageIdOf(entryId, messages)
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.ProvisioningEntry')
      .set({ MessageId: messageId })
      .where('EntryId', '=', entryId)
      .where('Messages', '=', messages)
      .where((entry) => entry.or([entry('MessageId', 'is', null), entry('MessageId', '=', messageId)]))
      .where((entry) => entry.exists(openMessage(entry).where('o.MessageId', '=', messageId)))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /**
   * The target knows it as it was when it was read. What has changed since is owed once more.
   * @returns what is owed now
   */
  async confirm(
    { db, now }: Pick<Work, 'db' | 'now'>,
    { entryId, wantedVersion, messages }: Entry,
    messageId: string,
    atTarget: AtTarget,
  ): Promise<Due | undefined> {
    const confirmed = db
      .updateTable('AsyncSchema.ProvisioningEntry')
      .set({ ConfirmedVersion: wantedVersion, AtTarget: atTarget, Reason: null, DateConfirmed: now })
      .where('EntryId', '=', entryId)
      .where('MessageId', '=', messageId)
    const { numUpdatedRows: asWanted } = await confirmed
      .set({ MessageId: null })
      .where('WantedVersion', '=', wantedVersion)
      .executeTakeFirst()
    if (asWanted) return undefined
    const next = messageIdOf(entryId, messages + 1)
    const { numUpdatedRows } = await confirmed
      .set({ MessageId: next, Messages: messages + 1 })
      .executeTakeFirst()
    return numUpdatedRows ? { entryId, messageId: next } : undefined
  }

  /**
   * A target that is held is told nothing: what it is to know waits until it goes on, and is asked for then.
   * @returns false where it goes on by now
   */
  async leave({ db, dialect }: Work, { entryId, target }: Entry, messageId: string): Promise<boolean> {
    const held = await db
      .selectFrom(dialect.holding('AsyncSchema.ProvisioningTarget', 't'))
      .select('t.TargetId')
      .where('t.TargetId', '=', target.targetId)
      .where('t.State', '=', targetState.held)
      .executeTakeFirst()
    if (!held) return false
    await db
      .updateTable('AsyncSchema.ProvisioningEntry')
      .set({ MessageId: null })
      .where('EntryId', '=', entryId)
      .where('MessageId', '=', messageId)
      .execute()
    return true
  }
}

type Read = Pick<
  Row<'AsyncSchema.ProvisioningEntry'>,
  | 'EntryId'
  | 'Wanted'
  | 'IsAbsent'
  | 'WantedVersion'
  | 'ConfirmedVersion'
  | 'AtTarget'
  | 'MessageId'
  | 'Messages'
> & { readonly Kind: string }

const entryOf = (row: Read, target: Target): Entry => ({
  ...{ entryId: row.EntryId, kind: row.Kind as SubjectKind, facts: JSON.parse(row.Wanted) as Facts },
  ...{ isAbsent: row.IsAbsent, wantedVersion: row.WantedVersion, confirmedVersion: row.ConfirmedVersion },
  ...{ atTarget: row.AtTarget as AtTarget, messageId: row.MessageId, messages: row.Messages },
  target,
})
