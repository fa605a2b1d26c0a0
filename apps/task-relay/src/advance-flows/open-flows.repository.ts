import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import type { LocalTime } from '#shared/clock'
import { DatabaseConnection, type Database, type SqlDialect } from '#shared/database'
import { flowState } from '#shared/flows'

/** A flow that has not ended, with the step that is under way. */
export interface OpenFlow {
  readonly flowId: number
  readonly kind: string
  readonly key: string
  readonly run: number
  readonly state: string
  readonly resumed: LocalTime | null
  readonly step?: OpenStep
}

/** What the log calls a flow. */
export const flowName = ({ kind, flowId }: Pick<OpenFlow, 'kind' | 'flowId'>): string => `${kind} ${flowId}`

export interface OpenStep {
  readonly stepId: number
  readonly position: number
  readonly name: string
  readonly messageId: string
  readonly holdAfter: number
}

/** The flows that have not ended, each with the step that is under way; columns that are null where none is. */
export const openFlows = (db: Kysely<Database>) =>
  db
    .selectFrom('AsyncSchema.Flow as f')
    .leftJoin('AsyncSchema.FlowStep as s', (join) =>
      join
        .onRef('s.FlowId', '=', 'f.FlowId')
        .on('s.DateStarted', 'is not', null)
        .on('s.DateEnded', 'is', null),
    )
    .where('f.DateEnded', 'is', null)

/** Flows as they stand. They are changed by the relay and by operators alone, never with an item's work (ADR 46). */
@Injectable()
export class OpenFlows {
  constructor(private readonly connection: DatabaseConnection) {}

  /** The flows that have not ended, in their order. One small question where there is none. */
  async all(): Promise<OpenFlow[]> {
    const rows = await openFlows(this.connection.db)
      .select(['f.FlowId', 'f.Kind', 'f.FlowKey', 'f.Run', 'f.State', 'f.DateResumed'])
      .select(['s.StepId', 's.Position', 's.Name', 's.MessageId', 's.HoldAfter'])
      .orderBy('f.FlowId')
      .execute()
    return rows.map(({ FlowId, Kind, FlowKey, Run, State, DateResumed, ...step }) => ({
      ...{ flowId: FlowId, kind: Kind, key: FlowKey, run: Run, state: State, resumed: DateResumed },
      ...(step.StepId === null ? {} : { step: openStep(step) }),
    }))
  }

  async hold(flowId: number, reason: string): Promise<boolean> {
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.Flow')
      .set({ State: flowState.held, Reason: reason })
      .where('FlowId', '=', flowId)
      .where('State', '=', flowState.running)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
}

/** Has a flow begun or go on. @returns undefined where another one of its kind is under way: the index has refused it */
export async function unlessRefused<T>(
  dialect: Pick<SqlDialect, 'isDuplicateKey'>,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await attempt()
  } catch (error) {
    if (dialect.isDuplicateKey(error)) return undefined
    throw error
  }
}

const openStep = (row: {
  readonly StepId: number | null
  readonly Position: number | null
  readonly Name: string | null
  readonly MessageId: string | null
  readonly HoldAfter: number | null
}): OpenStep => ({
  stepId: row.StepId ?? 0,
  position: row.Position ?? 0,
  name: row.Name ?? '',
  messageId: row.MessageId ?? '',
  holdAfter: row.HoldAfter ?? 0,
})
