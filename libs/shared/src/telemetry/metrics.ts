import { Counter, Histogram, Registry } from 'prom-client'

/** All metrics of this process, whatever runs in it: `GET /metrics` shows them. */
export const registry = new Registry()
const registers = [registry]

const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
  new Counter({ name, help, labelNames, registers })
const histogram = <Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[],
  buckets: number[],
) => new Histogram({ name, help, labelNames, buckets, registers })

/** Seconds; the longest time-out of a request is that of the benefit checker. */
const requestBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90]

/**
 * Every metric of this project, and nothing else: `docs/metrics.md` is held against this list. Base units; a counter
 * ends in `_total`; every label has few values, none of them from a message's body.
 */
export const metrics = {
  upstreamRequests: counter(
    'hwpv_upstream_requests_total',
    'Requests to an upstream, by how they ended: ok, or a short reason.',
    ['upstream', 'operation', 'outcome'],
  ),
  upstreamDuration: histogram(
    'hwpv_upstream_request_duration_seconds',
    'Time from a request to an upstream until its answer was read, or given up on.',
    ['upstream', 'operation'],
    requestBuckets,
  ),
} as const
