export { doesNotFit, misfits } from './does-not-fit.js'
export { ageMs, ageOf, type Ages } from './ages.js'
export {
  Actions,
  actionNames,
  actions,
  handlerName,
  OperatorActions,
  tallyWords,
  targetGiven,
  targetName,
  withDocumentStore,
  type Action,
  type ActionDetails,
  type ActionName,
  type ActionRole,
  type ActionState,
  type Actor,
  type Asked,
  type InputOf,
  type Performed,
  type RecordedAction,
  type ResultOf,
} from './actions/index.js'
export {
  JobRecords,
  readDay,
  readFortnight,
  wasNotMeant,
  type ConsumerDay,
  type DayOfFortnight,
  type DayRead,
  type JobDay,
  type JobOnDay,
} from './day-of-jobs/index.js'
export {
  hasJourney,
  isReference,
  Journeys,
  readJourney,
  taskNamed,
  waitsFor,
  type ClaimState,
  type Entry,
  type EntryOf,
  type Journey,
  type Waiting,
} from './journey/index.js'
export {
  PaidRuns,
  readRuns,
  recoverRun,
  Recovery,
  releasePayment,
  type FileRow,
  type LeftOut,
  type NotMarked,
  type PaidOfKind,
  type PaymentRunDay,
  type Recovered,
  type RunLine,
  type RunRow,
} from './payment-runs/index.js'
export {
  changeFlow,
  failedItems,
  readFlows,
  type ChangedFlow,
  type FailedItem,
  type FlowChange,
  type FlowStanding,
  type StepStanding,
} from './flows/index.js'
export {
  addEndpoint,
  changeEndpoint,
  readDeliveries,
  readEndpoints,
  retryDeliveries,
  sendTest,
  type DeliveryStanding,
  type EndpointStanding,
} from './webhooks/index.js'
export { MessageStates, type MessageState } from './runs/message-states.repository.js'
export { reasonWords, wordsOfReason, type ReasonWords } from './reason-words.js'
export { Restorations } from './runs/restorations.repository.js'
export { Letters, type LetterDetails, type LetterSelection } from './dead-letters/letters.js'
export { DeadLetterStream, type KeptLetter, type LetterFilter } from './dead-letters/dead-letter-stream.js'
export { deadLetterOf, type DeadLetter } from './dead-letters/dead-letter.js'
export { BrokenOff, isNoStream, OperationFailed } from './operation-failed.js'
export { OperationsModule } from './operations.module.js'
export { isReaddressable } from './dead-letters/dead-letter-operations.js'
export { Readdressed } from './dead-letters/readdressed.repository.js'
export { References } from './runs/references.repository.js'
export type { LetterOutcome, LetterResult } from './dead-letters/retry-letters.js'
export { RunAgain, type Judged, type ToRunAgain } from './runs/run-again.js'
export { noVisitorWords, verdictWords } from './runs/verdict-words.js'
export { Runs } from './runs/runs.repository.js'
export { readStream, type StoredMessage, type Stretch } from './streams/stream-reader.js'
export { heldUp } from './status/held-up.js'
export { replayableSubjects, subjectsMeant, type Period, type Replayed } from './streams/replay.js'
export { ClosedTasks } from './tasks/closed-tasks.repository.js'
export { FailedTasks, type TaskOutcome, type TaskResult } from './tasks/task-operations.js'
export { TaskRows, type TaskFilter, type TaskRow, type TaskSchema } from './tasks/task-rows.repository.js'
export { removeTarget } from './targets/remove-target.js'
export { changeTarget, setTarget, type ChangedTarget } from './targets/change-target.js'
export { cancelTask } from './tasks/cancel-task.js'
export { databaseStatus, type DatabaseStatus } from './status/database-status.repository.js'
export {
  serverStatus,
  type HandlerStatus,
  type ServerStatus,
  type StreamStatus,
} from './status/server-status.js'
export { nobodyFetches, starvedWords } from './status/starved.js'
