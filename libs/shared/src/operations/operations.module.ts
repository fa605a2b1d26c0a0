import { Module } from '@nestjs/common'
import { DeadLetterOperations } from './dead-letter-operations.js'
import { DeadLetterStream } from './dead-letter-stream.js'
import { References } from './references.repository.js'
import { RetryLetters } from './retry-letters.js'
import { RunAgain } from './run-again.js'
import { Runs } from './runs.repository.js'

/** What an operator can do, for a command line and for a console. */
@Module({
  providers: [References, Runs, RunAgain, DeadLetterStream, RetryLetters, DeadLetterOperations],
  exports: [References, Runs, RunAgain, DeadLetterStream, RetryLetters, DeadLetterOperations],
})
export class OperationsModule {}
