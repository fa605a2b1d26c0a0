import { Injectable } from '@nestjs/common'
import type { MessageIdentity, TaskRef } from '#shared/contracts'
import { DatabaseConnection, firstOf } from '#shared/database'
import { Inbox, taskRowOf, type ClaimRef } from '#shared/unit-of-work'
import { readdressedOf } from '../sending/readdressed.repository.js'
import type { Recipient } from './notification.rules.js'

/** A row that asks for a notification. */
export interface NotificationRow {
  readonly data: string | null
  /** The claim that it is about; undefined where it is about none. */
  readonly claim: ClaimRef | undefined
  /** Whose claim it is. */
  readonly visitor: Recipient
  /** An operator has told it to go to the visitor's address of today. */
  readonly isReaddressed: boolean
}

/** Reads what a notification is made from. */
@Injectable()
export class NotificationData {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly inbox: Inbox,
  ) {}

  /** All of it at once, and first of all that is asked about the message. */
  async of(message: MessageIdentity, task: TaskRef): Promise<NotificationRow> {
    const [row, visitor, readdressed] = await this.inbox.askFirst(
      message,
      taskRowOf(this.connection, task),
      this.visitor(task),
      readdressedOf(this.connection, message),
    )
    const { AdditionalData: data, Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = row
    const isAboutClaim = reference !== null && eligibilityId !== null && claimId !== null
    return {
      ...{ data, visitor, isReaddressed: readdressed !== undefined },
      claim: isAboutClaim ? { reference, eligibilityId, claimId } : undefined,
    }
  }

  private visitor({ schema, taskId }: TaskRef) {
    return firstOf(
      this.connection.db
        .selectFrom(`${schema}.Task as t` as 'IntSchema.Task as t')
        .innerJoin('IntSchema.Visitor as v', (join) =>
          join.onRef('v.EligibilityId', '=', 't.EligibilityId').onRef('v.Reference', '=', 't.Reference'),
        )
        .select(['v.EmailAddress', 'v.PhoneNumber'])
        .where('t.TaskId', '=', taskId),
    )
  }
}
