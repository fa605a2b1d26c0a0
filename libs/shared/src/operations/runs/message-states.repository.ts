import { Injectable } from '@nestjs/common'
import { DatabaseConnection } from '../../database/index.js'
import { inboxState, outboxState } from '../../unit-of-work/index.js'

/** How far a message has come. */
export type MessageState = 'done' | 'under-way' | 'failed'

/** How far messages have come, as the database knows it. For a hundred or so at a time. */
@Injectable()
export class MessageStates {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Those of which anything is known. One that any handler has given up has failed. */
  async of(ids: readonly string[]): Promise<ReadonlyMap<string, MessageState>> {
    if (!ids.length) return new Map()
    const { db } = this.connection
    const runs = await db
      .selectFrom('AsyncSchema.Outbox')
      .select(['MessageId as id', 'State as state'])
      .where('MessageId', 'in', ids)
      .execute()
    const consumed = await db
      .selectFrom('AsyncSchema.Inbox')
      .select(['MessageId as id', 'State as state'])
      .where('MessageId', 'in', ids)
      .execute()
    return new Map([
      ...consumed.map(({ id, state }) => [id, ofInbox(state)] as const),
      ...consumed.filter(({ state }) => ofInbox(state) === 'failed').map(({ id }) => [id, 'failed'] as const),
      ...runs.map(({ id, state }) => [id, ofOutbox(state)] as const),
    ])
  }
}

const ofInbox = (state: string): MessageState =>
  state === inboxState.done ? 'done' : state === inboxState.givenUp ? 'failed' : 'under-way'

const ofOutbox = (state: string): MessageState =>
  state === outboxState.done ? 'done' : state === outboxState.failed ? 'failed' : 'under-way'
