import { Module } from '@nestjs/common'
import { DeadLetterOperations } from './dead-letter-operations.js'
import { DeadLetterStream } from './dead-letter-stream.js'
import { References } from './references.repository.js'
import { Replay } from './replay.js'
import { RetryLetters } from './retry-letters.js'
import { RunAgain } from './run-again.js'
import { Runs } from './runs.repository.js'
import { TaskOperations } from './task-operations.js'
import { TaskRows } from './task-rows.repository.js'

const providers = [
  References,
  Runs,
  RunAgain,
  DeadLetterStream,
  RetryLetters,
  DeadLetterOperations,
  TaskRows,
  TaskOperations,
  Replay,
]

/** What an operator can do, for a command line and for a console. */
@Module({ providers, exports: providers })
export class OperationsModule {}
