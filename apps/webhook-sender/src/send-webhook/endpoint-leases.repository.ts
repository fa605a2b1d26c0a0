import { Injectable } from '@nestjs/common'
import { endpointState } from '#shared/contracts'
import type { Kysely } from 'kysely'
import { DatabaseConnection, type Database } from '#shared/database'
import type { Lease } from '#shared/unit-of-work'
import { dueOf, dueRows, type DueWebhook, type Taken } from './due-webhook.js'

/** Whose an endpoint is for a request: `DateBusyUntil` of its row. */
@Injectable()
export class EndpointLeases {
  constructor(private readonly connection: DatabaseConnection) {}

  /**
   * Takes an endpoint for one request: nobody else sends anything there until the lease ends, or until it is given back. All of
   * it by the database's clock: senders' own may differ by more than a lease. A moment further ahead than anybody takes one for
   * is from before that clock was put right. What is to be sent is read once more by whoever has it: it may have been sent, and
   * those behind it, since it was read.
   * @returns undefined where somebody else has it, or nothing is due by the message any more
   */
  async take(due: DueWebhook, { ms, longestMs }: Lease): Promise<Taken | undefined> {
    const { db, dialect } = this.connection
    const taking = db
      .updateTable('AsyncSchema.WebhookEndpoint')
      .set({ DateBusyUntil: dialect.inMs(ms) })
      .where('EndpointId', '=', due.endpointId)
      .where((row) =>
        row.or([
          row('DateBusyUntil', 'is', null),
          row('DateBusyUntil', '<=', dialect.inMs(0)),
          row('DateBusyUntil', '>', dialect.inMs(longestMs)),
        ]),
      )
    const [[endpoint], [row]] = await dialect.questions(db, [
      dialect.returning(taking, ['DateBusyUntil']),
      dueRows(db, due),
    ])
    const taken = endpoint?.DateBusyUntil
    if (!taken) return undefined
    if (row && row.State !== endpointState.paused) return { due: dueOf(row, due), taken }
    await this.giveBack({ due, taken })
    return undefined
  }

  /** What an endpoint was taken for is over. */
  async giveBack({ due, taken }: Taken): Promise<void> {
    await freed(this.connection.db, due.endpointId, taken).execute()
  }
}

/** An endpoint is given back, unless its lease has ended and somebody else has it. */
export const freed = (db: Kysely<Database>, endpointId: number, taken: string) =>
  db
    .updateTable('AsyncSchema.WebhookEndpoint')
    .set({ DateBusyUntil: null })
    .where('EndpointId', '=', endpointId)
    .where('DateBusyUntil', '=', taken)
