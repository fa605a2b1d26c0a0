import { Inject, Injectable } from '@nestjs/common'
import { Clock } from '../../clock/index.js'
import { type Environment, ENVIRONMENT } from '../../config/index.js'
import { DatabaseConnection } from '../../database/index.js'
import { NatsClient, OperatorControl } from '../../messaging/index.js'
import { FireJob, ScheduleRuns, Schedules, ScheduleSettings } from '../../jobs/index.js'
import { DeadLetterOperations } from '../dead-letters/dead-letter-operations.js'
import { Replay } from '../streams/replay.js'
import { TaskOperations } from '../tasks/task-operations.js'

/** Everything that actions are carried out with. */
@Injectable()
export class ActionParts {
  readonly control: OperatorControl

  constructor(
    nats: NatsClient,
    readonly connection: DatabaseConnection,
    readonly clock: Clock,
    readonly letters: DeadLetterOperations,
    readonly tasks: TaskOperations,
    readonly replay: Replay,
    readonly jobs: FireJob,
    readonly jobRuns: ScheduleRuns,
    readonly schedules: Schedules,
    @Inject(ENVIRONMENT) readonly env: Environment,
  ) {
    this.control = new OperatorControl(nats)
  }

  /** When jobs are due by default: the scheduler's settings. */
  readonly settings = (): ScheduleSettings => new ScheduleSettings(this.env)
}
