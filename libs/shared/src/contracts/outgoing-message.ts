import { taskMessageId } from './identities.js'
import type {
  ClaimIdMessage,
  ClaimMessage,
  JobMissedMessage,
  NotificationFailedMessage,
  PlainMessage,
  PrisonChangeMessage,
  PrisonRegisterImportedMessage,
  ProvisioningMessage,
  ScheduleMessage,
  SlotMessage,
  WebhookDeliveryMessage,
  WebhookEndpointEndedMessage,
} from './messages/bodies.js'
import { messageSchemas, subjects, type Subject } from './subjects.js'
import type { TaskRef } from './task-ref.js'
import { taskSubjects, type TaskName } from './task-subjects.js'

/** The id of the news that a job was missed: the same from every replica, and after every restart. */
export const jobMissedId = ({ job, date }: JobMissedMessage): string => `${subjects.jobMissed}.${job}.${date}`

/** A message that is to be published. `id` makes a repeat recognisable; `traceparent` is W3C trace context. */
export interface OutgoingMessage {
  readonly id: string
  readonly subject: Subject
  readonly body:
    | ClaimMessage
    | ClaimIdMessage
    | PlainMessage
    | PrisonChangeMessage
    | PrisonRegisterImportedMessage
    | ProvisioningMessage
    | ScheduleMessage
    | SlotMessage
    | JobMissedMessage
    | NotificationFailedMessage
    | WebhookDeliveryMessage
    | WebhookEndpointEndedMessage
  readonly traceparent?: string
  /** London time before which it is not to be published; at once where there is none. */
  readonly notBefore?: string
  /** The step of a flow whose item it is: it is published when the flow's turn has come to it. */
  readonly flowStep?: number
}

/** The columns of a Task row that its message may carry; what the subject's contract does not name stays behind. */
export interface TaskColumns {
  readonly Reference: string | null
  readonly EligibilityId: number | null
  readonly ClaimId: number | null
}

/** The message of a Task row; undefined if the row lacks what the task must carry. */
export function messageOfTask(
  name: TaskName,
  { Reference, EligibilityId, ClaimId }: TaskColumns,
  task: TaskRef,
): OutgoingMessage | undefined {
  const subject = taskSubjects[name]
  const given = { reference: Reference, eligibilityId: EligibilityId, claimId: ClaimId, task }
  const { shape } = messageSchemas[subject]
  const carried = Object.fromEntries(Object.entries(given).filter(([member]) => member in shape))
  const body = messageSchemas[subject].safeParse(carried)
  return body.success ? { id: taskMessageId(task), subject, body: body.data } : undefined
}
