import type { JobName } from '#shared/contracts'
import type { Command } from '../command.js'

/** Checked against the jobs there are, without loading them. */
const jobs: Readonly<Record<JobName, true>> = {
  ...{ 'auto-approval': true, daily: true, 'payment-run': true },
  ...{ 'prison-register': true, 'look-up-notifications': true },
}

/** Of every command that changes something. */
const change = '[--dry-run] [--yes] [--reason TEXT]'

/** The commands by name. To print a help text none is loaded: each brings the database, NATS and what Nest needs. */
export const commands: Readonly<Record<string, Command>> = {
  'dead-letters': {
    usage:
      'list|show|retry|readdress|discard [<number> …] [--consumer C] [--reason R] [--reference REF] ' +
      '[--subject S] [--older-than AGE] [--newer-than AGE] [--all] [--limit N] [--raw] ' +
      '[--dry-run] [--yes] [--why TEXT] [--json]',
    summary:
      'what handlers gave up on: list (the newest), show one (--raw: its body, which may be personal), ' +
      'retry (the same message again: nothing is done or sent twice), readdress (emails and text messages: to the visitor’s address or number of today), ' +
      'discard; ages as 90s, 15m, 2h, 3d',
    load: async () => (await import('./dead-letters.js')).deadLetters,
  },
  fire: {
    usage: `<${Object.keys(jobs).join('|')}> [--date YYYY-MM-DD] [--again] [--long-ago] ${change}`,
    summary:
      "publish a scheduled job's event for a date (default: today in London), unless it was fired for it; --again: " +
      'also then, where its event was lost: what is done stays done; --long-ago: also for a day long past',
    load: async () => (await import('./fire.js')).fire,
  },
  flows: {
    usage: `list|show|hold|resume|approve|cancel [<number>] [--limit N] ${change} [--json]`,
    summary:
      'large work: list (the newest), show one with its steps and what failed, hold it, let it go on, let it remove ' +
      'more than a tenth of what there is (approve), or call it off',
    load: async () => (await import('./flows.js')).flows,
  },
  journey: {
    usage: '<reference | schema.Task.number> [--json]',
    summary:
      "what happened to a reference's claims, or to a Task row: events, tasks, messages, consumers, dead letters, by time",
    load: async () => (await import('./journey.js')).journey,
  },
  pause: {
    usage: `<handler> ${change} | --list [--json]`,
    summary:
      'stop a handler in all replicas until it is resumed: its messages wait and lose no attempt; which are paused',
    load: async () => (await import('./pause.js')).pause,
  },
  payments: {
    usage: `<YYYY-MM-DD> | unknown | recover <stamp> | acknowledge <file|stamp> | release <stamp> <claim|top-up> <id> ${change} [--json]`,
    summary:
      'the payment run of a date: state, totals, files, and what was left out and why; unknown: stored payment files ' +
      'that the database does not know; recover: a run the database has lost, from what it left in the store, so that ' +
      'nobody is paid by it again; acknowledge: a file that pays nobody; release: what has come in with the number of ' +
      'something that a recovered run paid, and is something else',
    load: async () => (await import('./payments.js')).payments,
  },
  replay: {
    usage: `--subject S --from T [--to T] ${change} [--json]`,
    summary:
      'publish once more what was published on a subject (or a pattern: claims.*, >) between two times; what is ' +
      'done stays done; times as 2026-11-21T10:00 in London, with a zone, or as ages: 90s, 15m, 2h, 3d',
    load: async () => (await import('./replay.js')).replay,
  },
  restored: {
    usage: `--copy T ${change} [--json]`,
    summary:
      'say that the database was restored, before the services start again; T: when the copy was taken or a little ' +
      'earlier, as 2026-11-21T10:00 in London, with a zone, or as an age',
    load: async () => (await import('./restored.js')).restored,
  },
  resume: {
    usage: `<handler> [--upstream] ${change} [--json]`,
    summary:
      'let a paused handler go on, with everything that has waited; --upstream: try at once the upstream that holds it up',
    load: async () => (await import('./pause.js')).resume,
  },
  schedule: {
    usage: `[--date YYYY-MM-DD] | pause|resume <job> | change <job> --when EXPRESSION [--zone Z] | change <job> --default ${change} [--json]`,
    summary:
      'a day of jobs (default: today in London): due, fired, how each run ended, and when each runs next; pause a job, ' +
      'resume it, or have it due at other times: "cron 30 4 * * *", "every 15m", "every 6h from 00:00"; --reason is asked for',
    load: async () => (await import('./schedule.js')).schedule,
  },
  status: {
    usage: '[--json]',
    summary:
      'how everything stands: streams, handlers (waiting, in flight, oldest, paused), dead letters, owed messages, ' +
      'tasks, payment runs; without NATS or the database, the other half (exit code 1)',
    load: async () => (await import('./status.js')).status,
  },
  targets: {
    usage:
      'list|show|set|hold|resume|fill|remove [<name>] [--wsdl URL] [--format default|collect|s2s] ' +
      `[--kind user|role|organisation …] [--credentials NAME] [--addressed] ${change} [--json]`,
    summary:
      'systems that are told of users, roles and organisations: list (how far each is), show one and why what failed, ' +
      'set one up or say anew how it is told, hold it, let it go on, or tell it again of all that it has not confirmed (fill)',
    load: async () => (await import('./targets.js')).targets,
  },
  tasks: {
    usage:
      'list|retry|close|cancel [--schema ext|int] [--id N] [--task NAME] [--reference REF] ' +
      `[--older-than AGE] [--newer-than AGE] [--status S] [--closed] [--limit N] [--all] ${change} [--json]`,
    summary:
      'Task rows: list (default: those that are FAILED), retry what failed (the same run again: nothing is done ' +
      'or sent twice; a new run where the last had no message), close what nobody has to look at any more, cancel one that waits for its moment; ages as 90s, 15m, 2h, 3d',
    load: async () => (await import('./tasks.js')).tasks,
  },
  webhooks: {
    usage:
      'list|show|add|change|retry|test [<endpoint>] [--address URL] [--event NAME …] [--secret NAME] ' +
      '[--other-secret NAME|none] [--token yes|no] [--state active|paused|ended] [--from N] [--limit N] ' +
      `${change} [--json]`,
    summary:
      'where events are sent: list, show one with its newest deliveries, add one, change it (pause it, end it, a second ' +
      'secret that is valid, too), retry: now, or all from a number on once more, test: an event that says nothing',
    load: async () => (await import('./webhooks.js')).webhooks,
  },
}
