import { LabelValues } from './label-values.js'

/** A metric as it is declared; `counted` has prom-client's for it. */
export interface DeclaredMetric<Label extends string = string> {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly help: string
  readonly labelNames: readonly Label[]
  /** Of a histogram, in seconds, each included in its bucket, ascending. */
  readonly bounds?: readonly number[]
}

const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
  ({ type: 'counter', name, help, labelNames }) as const
const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
  ({ type: 'gauge', name, help, labelNames }) as const
const histogram = <Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
  bounds: readonly number[],
) => ({ type: 'histogram', name, help, labelNames, bounds }) as const

/** Seconds, from a lone statement to the time-out of a job. */
const handlingBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
/** Seconds, from none to the hours that a day's jobs or an outage make others wait. */
const waitBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3_600, 14_400]
/** Seconds; the longest time-out of a request is that of the benefit checker. */
const requestBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90]

/**
 * What the code counts as it happens. With `scrapedGauges` these are all the project's metrics, and
 * the tables of `docs/metrics.md` are made from them. Base units; a counter ends in `_total`; each label has few values,
 * none of them out of a message's body.
 */
export const metrics = {
  messagesHandled: counter(
    'hwpv_messages_handled_total',
    'Deliveries that ended, by outcome: done, retry, reject, or unavailable (given back because the service stops).',
    ['handler', 'outcome'],
  ),
  messagesRetried: counter(
    'hwpv_messages_retried_total',
    'Deliveries that failed and will be followed by another one, by reason.',
    ['handler', 'reason'],
  ),
  messagesDeadLettered: counter(
    'hwpv_messages_dead_lettered_total',
    'Messages given up on and kept for the operator, by reason.',
    ['handler', 'reason'],
  ),
  messagesSkipped: counter(
    'hwpv_messages_skipped_total',
    'Deliveries of messages that were done or given up before, or are not owed any more.',
    ['handler', 'standing'],
  ),
  messageDuration: histogram(
    'hwpv_message_duration_seconds',
    'Time from the beginning of a delivery to its answer, waiting for an upstream included.',
    ['handler', 'outcome'],
    handlingBounds,
  ),
  messageQueueWait: histogram(
    'hwpv_message_queue_wait_seconds',
    'Time from the storing of a message in its stream to the beginning of its first delivery.',
    ['handler'],
    waitBounds,
  ),
  handlerInFlight: gauge('hwpv_handler_in_flight', 'Messages this process has in hand.', ['handler']),
  upstreamRequests: counter(
    'hwpv_upstream_requests_total',
    'Requests to an upstream, by how they ended: ok, or a short reason.',
    ['upstream', 'operation', 'outcome'],
  ),
  upstreamDuration: histogram(
    'hwpv_upstream_request_duration_seconds',
    'Time from a request to an upstream until its answer was read, or given up on.',
    ['upstream', 'operation'],
    requestBounds,
  ),
  messagesPublished: counter(
    'hwpv_messages_published_total',
    'Messages published for handlers: ok, or failed after a few tries and left to the outbox.',
    ['subject', 'outcome'],
  ),
  messagesRepublished: counter(
    'hwpv_messages_republished_total',
    'Messages of the outbox that were published again, because they were owed or not heard of.',
    [],
  ),
  tasksRelayed: counter(
    'hwpv_tasks_relayed_total',
    'PENDING Task rows taken, by task; those that wait for a moment once it has come. other: rows that failed at once, for no handler can do anything with them.',
    ['task'],
  ),
  tasksDeferred: counter(
    'hwpv_tasks_deferred_total',
    'PENDING Task rows taken that are not to be done before a moment, by task; once it has come, they count as relayed.',
    ['task'],
  ),
  rowsPassedOver: counter(
    'hwpv_rows_passed_over_total',
    'Times that a row could not be relayed or published, or large work not go on, and was left for later, so that the others go on.',
    ['table', 'reason'],
  ),
  scheduleRuns: counter(
    'hwpv_schedule_runs_total',
    'Runs of jobs as this scheduler saw them: fired, fired-elsewhere, failed (tried again), missed, or under-way (an interval whose last run has not ended).',
    ['schedule', 'outcome'],
  ),
  notifications: counter(
    'hwpv_notifications_total',
    'Emails and text messages of which it is known what became of them, by Notify’s word; unknown: it had none within three days.',
    ['channel', 'state'],
  ),
  webhooks: counter(
    'hwpv_webhooks_total',
    'Events that came to their end at an endpoint: delivered, refused by it for good, or with the end of the endpoint itself.',
    ['state'],
  ),
  databaseTransientErrors: counter(
    'hwpv_database_transient_errors_total',
    'Transactions that a passing failure of SQL Server ended and that were run again, by its error number.',
    ['number'],
  ),
  databaseLockWaits: counter(
    'hwpv_database_lock_waits_total',
    'Times that something waited a moment because another process held a lock of the embedded database.',
    [],
  ),
} as const

export interface ScrapedGauge {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
}

const scraped = (name: string, help: string, ...labelNames: string[]): ScrapedGauge => ({
  name,
  help,
  labelNames,
})

/** What is asked for when somebody asks for the metrics. One that cannot be known at the moment is left out. */
export const scrapedGauges = {
  buildInfo: scraped('hwpv_build_info', 'What runs here; always 1.', 'version', 'commit'),
  natsConnected: scraped('hwpv_nats_connected', 'Whether there is a connection to NATS: 0 or 1.'),
  consumerPending: scraped(
    'hwpv_consumer_pending_messages',
    "Messages in the handler's stream that were not delivered yet: its lag.",
    'handler',
  ),
  consumerAckPending: scraped(
    'hwpv_consumer_ack_pending_messages',
    'Messages delivered and not answered, over all replicas: in hand, or waiting for another try.',
    'handler',
  ),
  handlerStarved: scraped(
    'hwpv_handler_starved',
    'Whether messages of the handler cannot be fetched, for the broker refuses them or its consumer is not there: 0 or 1.',
    'handler',
  ),
  handlerPaused: scraped(
    'hwpv_handler_paused',
    'Whether an operator has paused the handler: 0 or 1.',
    'handler',
  ),
  upstreamUnavailable: scraped(
    'hwpv_upstream_unavailable',
    'Whether the work of the upstream waits because it is out: 0 or 1.',
    'upstream',
  ),
  upstreamRefuses: scraped(
    'hwpv_upstream_refuses',
    'Whether the upstream refuses this service, its key, its rights or its clock, so that its work waits: 0 or 1.',
    'upstream',
  ),
  outboxOldestAge: scraped(
    'hwpv_outbox_oldest_age_seconds',
    'Time since the open run of the outbox that was not heard of for longest was heard of; 0 if none is open.',
  ),
  outboxOpenRuns: scraped(
    'hwpv_outbox_open_runs',
    'Runs of the outbox that have not ended; more than 100,000 are not counted.',
  ),
  tasksOldestPendingAge: scraped(
    'hwpv_tasks_oldest_pending_age_seconds',
    'Age of the oldest PENDING row of both Task tables; 0 if there is none.',
  ),
  deadLetters: scraped('hwpv_dead_letters', 'Dead letters in their stream now.', 'handler'),
  scheduleLastFired: scraped(
    'hwpv_schedule_last_fired_timestamp_seconds',
    'When the job was last fired, by whichever replica or operator; absent for one that never was.',
    'schedule',
  ),
  scheduleNextDue: scraped(
    'hwpv_schedule_next_due_timestamp_seconds',
    'When the job is due next; absent for one that is paused, or has no next run.',
    'schedule',
  ),
  schedulePaused: scraped(
    'hwpv_schedule_paused',
    'Whether an operator has paused the job: 0 or 1.',
    'schedule',
  ),
  scheduleWithoutNext: scraped(
    'hwpv_schedule_without_next_run',
    'Whether the job is to run and has no next run, for what the database says of it cannot be gone by: 0 or 1.',
    'schedule',
  ),
  scheduleChanged: scraped(
    'hwpv_schedule_changed_timestamp_seconds',
    'When somebody last said when the job is due, paused it or let it go on; absent where nobody did.',
    'schedule',
  ),
  scheduleLastDue: scraped(
    'hwpv_schedule_last_due_timestamp_seconds',
    'When the job was due last since somebody changed it; absent where it was not, where nobody did, and while it is paused.',
    'schedule',
  ),
  flowOpenItems: scraped(
    'hwpv_flow_open_items',
    'Items of the large work that have not ended, of the step under way; more than 100,000 are not counted. Absent where none is under way.',
    'flow',
  ),
  flowHeld: scraped(
    'hwpv_flow_held',
    'Whether large work is held, or waits for a person to agree: 0 or 1. Absent where none is under way.',
    'flow',
  ),
  flowIdle: scraped(
    'hwpv_flow_idle_seconds',
    'Time since anything of the large work has ended or was begun; 0 while it is held. Absent where none is under way.',
    'flow',
  ),
  targetUnconfirmed: scraped(
    'hwpv_target_unconfirmed',
    'What the system is to know of users, roles and organisations, and has not confirmed.',
    'target',
  ),
  targetFailed: scraped(
    'hwpv_target_failed',
    'Of that, what it could not be told when that was last tried.',
    'target',
  ),
  targetHeld: scraped(
    'hwpv_target_held',
    'Whether the system is told nothing, by a person or because it failed too often: 0 or 1.',
    'target',
  ),
  targetOldestAge: scraped(
    'hwpv_target_oldest_age_seconds',
    'Time since the first change that the system has not confirmed; 0 if it has confirmed all.',
    'target',
  ),
  webhookWaiting: scraped(
    'hwpv_webhook_waiting',
    'Events that are to be sent to the endpoint and were not, the one that is tried included; absent for one that has ended.',
    'endpoint',
  ),
  webhookOldestAge: scraped(
    'hwpv_webhook_oldest_age_seconds',
    'Time since the first of them was queued; 0 if none waits.',
    'endpoint',
  ),
  clockAheadOfBroker: scraped(
    'hwpv_clock_ahead_of_broker_seconds',
    "How far the scheduler's clock is ahead of the broker's, below 0 where behind; beyond a minute it fires nothing.",
  ),
  missingIndexes: scraped(
    'hwpv_missing_indexes',
    "Indexes that this service's statements need on the web apps' tables, and that their owner has not made.",
  ),
} as const satisfies Record<string, ScrapedGauge>

export type ScrapedGaugeName = keyof typeof scrapedGauges

/** A reason as the value of a label, wherever it came from. One bound for all: the reasons are mostly the same. */
export const reasons = new LabelValues(200)
