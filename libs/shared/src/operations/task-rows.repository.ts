import { Injectable } from '@nestjs/common'
import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely'
import { Clock, fromLondon, toLondon, type LocalTime } from '../clock/index.js'
import { taskStatus, type TaskRef } from '../contracts/index.js'
import { DatabaseConnection, type Database, type Row } from '../database/index.js'
import { ageOf, type Ages } from './ages.js'
import { taskOfRun, taskSchemas, type OutboxRun } from './runs.repository.js'

export type TaskSchema = TaskRef['schema']

/** Which Task rows are meant; all that is given must hold. Ages count from when a row ended, or else from its creation. */
export interface TaskFilter extends Ages {
  readonly schema?: TaskSchema
  readonly id?: number
  readonly task?: string
  readonly reference?: string
  readonly status: string
}

/** A Task row, without its data: that is personal. */
export interface TaskRow {
  readonly schema: TaskSchema
  readonly taskId: number
  readonly task: string
  readonly reference: string | null
  readonly claimId: number | null
  readonly status: string
  readonly created: LocalTime
  readonly processed: LocalTime | null
  /** Its last run, if it has had one. */
  readonly lastRun?: { readonly id: string; readonly run: number; readonly state: string; readonly reason: string | null; readonly subject: string; readonly ended: LocalTime | null }
}
