import { Module } from '@nestjs/common'
import { JobsModule } from '../jobs/index.js'
import { ActionParts, Actions, OperatorActions } from './actions/index.js'
import { DeadLetterOperations } from './dead-letter-operations.js'
import { DeadLetterStream } from './dead-letter-stream.js'
import { Letters } from './letters.js'
import { MessageStates } from './message-states.repository.js'
import { References } from './references.repository.js'
import { Replay } from './replay.js'
import { RetryLetters } from './retry-letters.js'
import { RunAgain } from './run-again.js'
import { Runs } from './runs.repository.js'
import { FailedTasks, TaskOperations } from './task-operations.js'
import { TaskRows } from './task-rows.repository.js'

const providers = [
  References,
  Runs,
  RunAgain,
  DeadLetterStream,
  RetryLetters,
  Letters,
  DeadLetterOperations,
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
