import { collectDefaultMetrics, Registry } from 'prom-client'

/** The labels of every metric the services have. */
export type MetricLabels = Readonly<Record<string, readonly string[]>>

const counters: MetricLabels = {
  hwpv_messages_handled_total: ['handler', 'outcome'],
  hwpv_messages_retried_total: ['handler', 'reason'],
  hwpv_messages_dead_lettered_total: ['handler', 'reason'],
  hwpv_messages_skipped_total: ['handler'],
  hwpv_upstream_requests_total: ['upstream', 'operation', 'outcome'],
  hwpv_messages_published_total: ['subject', 'outcome'],
  hwpv_tasks_relayed_total: ['task'],
  hwpv_messages_republished_total: [],
  hwpv_schedule_runs_total: ['job', 'outcome'],
  hwpv_database_transient_errors_total: ['number'],
}

const histograms: MetricLabels = {
  hwpv_message_duration_seconds: ['handler', 'outcome'],
  hwpv_message_queue_wait_seconds: ['handler'],
  hwpv_upstream_request_duration_seconds: ['upstream', 'operation'],
}

const gauges: MetricLabels = {
  hwpv_consumer_pending_messages: ['handler'],
  hwpv_consumer_ack_pending_messages: ['handler'],
  hwpv_handler_in_flight: ['handler'],
  hwpv_handler_paused: ['handler'],
  hwpv_upstream_unavailable: ['upstream'],
  hwpv_nats_connected: [],
  hwpv_outbox_oldest_age_seconds: [],
  hwpv_outbox_open_runs: [],
  hwpv_tasks_oldest_pending_age_seconds: [],
  hwpv_dead_letters: ['handler'],
  hwpv_schedule_last_fired_timestamp_seconds: ['job'],
  hwpv_schedule_next_due_timestamp_seconds: ['job'],
  hwpv_build_info: ['version', 'commit'],
}

/** What prom-client says of the process. The labels some of them have are used nowhere. */
function processMetrics(): MetricLabels {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return Object.fromEntries(registry.getMetricsAsArray().map(({ name }) => [name, []]))
}

/** As their service has them, the labels that the scrape adds left out. */
export const serviceMetrics: MetricLabels = {
  ...counters,
  ...gauges,
  ...processMetrics(),
  ...Object.fromEntries(
    Object.entries(histograms).flatMap(([name, labels]) => [
      [`${name}_bucket`, [...labels, 'le']],
      [`${name}_sum`, labels],
      [`${name}_count`, labels],
    ]),
  ),
}
