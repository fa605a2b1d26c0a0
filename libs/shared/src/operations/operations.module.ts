import { Module } from '@nestjs/common'
import { JobsModule } from '../jobs/index.js'
import { ActionParts, Actions, OperatorActions } from './actions/index.js'
import { DeadLetterOperations } from './dead-letters/dead-letter-operations.js'
import { Readdressed } from './dead-letters/readdressed.repository.js'
import { DeadLetterStream } from './dead-letters/dead-letter-stream.js'
import { Letters } from './dead-letters/letters.js'
import { MessageStates } from './runs/message-states.repository.js'
import { References } from './runs/references.repository.js'
import { Replay } from './streams/replay.js'
import { RetryLetters } from './dead-letters/retry-letters.js'
import { RunAgain } from './runs/run-again.js'
import { Runs } from './runs/runs.repository.js'
import { ClosedTasks } from './tasks/closed-tasks.repository.js'
import { FailedTasks, TaskOperations } from './tasks/task-operations.js'
import { TaskRows } from './tasks/task-rows.repository.js'

const providers = [
  Readdressed,
  References,
  Runs,
  RunAgain,
  DeadLetterStream,
  RetryLetters,
  Letters,
  DeadLetterOperations,
  ClosedTasks,
  TaskRows,
  FailedTasks,
  TaskOperations,
  Replay,
  MessageStates,
  OperatorActions,
  ActionParts,
  Actions,
]

/** What an operator can do, for a command line and for a console. */
@Module({ imports: [JobsModule], providers, exports: providers })
export class OperationsModule {}
