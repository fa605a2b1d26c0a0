// Made from the handlers of the services by `npm run generate`: changes by hand are lost.
import type { ConsumerDefinition } from './consumer-definition.js'

/** Every handler of every service, by its consumer's name. */
export const handlers = {
  'record-exhausted': {
    name: 'record-exhausted',
    subjects: ['$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
  },
  'prune-records': {
    name: 'prune-records',
    subjects: ['schedule.daily'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'complete-claim': {
    name: 'complete-claim',
    subjects: ['claims.submitted'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
    asksFirst: true,
  },
  'take-in-response': {
    name: 'take-in-response',
    subjects: ['claims.information-provided'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
  },
  'approve-claim': {
    name: 'approve-claim',
    subjects: ['claims.approval-due'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
    asksFirst: true,
  },
  'approve-waiting-claims': {
    name: 'approve-waiting-claims',
    subjects: ['schedule.auto-approval'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'check-benefit': {
    name: 'check-benefit',
    subjects: ['claims.benefit-check-due'],
    policy: {
      attempts: 16,
      backoff: { baseMs: 1000, capMs: 3600000 },
      timeOutMs: 100000,
      concurrency: 16,
      upstream: 'benefit-checker',
    },
    asksFirst: true,
  },
  'send-email': {
    name: 'send-email',
    subjects: [
      'notifications.claim-submitted',
      'notifications.benefit-check-failed',
      'notifications.claim-accepted',
      'notifications.claim-rejected',
      'notifications.information-requested',
      'notifications.information-received',
      'notifications.information-reminder',
      'notifications.evidence-reminder',
      'notifications.contact-details-updated',
      'notifications.malware-found',
    ],
    policy: {
      attempts: 16,
      backoff: { baseMs: 1000, capMs: 3600000 },
      timeOutMs: 30000,
      concurrency: 16,
      rateLimit: { max: 2700, everyMs: 60000, sharedAs: 'notify' },
      upstream: 'notify',
    },
    asksFirst: true,
  },
  'send-notification': {
    name: 'send-notification',
    subjects: ['notifications.requested'],
    policy: {
      attempts: 16,
      backoff: { baseMs: 1000, capMs: 3600000 },
      timeOutMs: 30000,
      concurrency: 16,
      rateLimit: { max: 2700, everyMs: 60000, sharedAs: 'notify' },
      upstream: 'notify',
    },
    asksFirst: true,
  },
  'recover-reference': {
    name: 'recover-reference',
    subjects: ['notifications.reference-recovery'],
    policy: {
      attempts: 16,
      backoff: { baseMs: 1000, capMs: 3600000 },
      timeOutMs: 30000,
      concurrency: 16,
      rateLimit: { max: 2700, everyMs: 60000, sharedAs: 'notify' },
      upstream: 'notify',
    },
  },
  'raise-ticket': {
    name: 'raise-ticket',
    subjects: ['support.help-requested'],
    policy: {
      attempts: 16,
      backoff: { baseMs: 1000, capMs: 900000 },
      timeOutMs: 30000,
      concurrency: 4,
      upstream: 'helpdesk',
    },
  },
  'look-up-notifications': {
    name: 'look-up-notifications',
    subjects: ['schedule.look-up-notifications'],
    policy: {
      attempts: 10,
      backoff: { baseMs: 5000, capMs: 60000 },
      timeOutMs: 300000,
      concurrency: 1,
      upstream: 'notify',
    },
  },
  'announce-dead-letters': {
    name: 'announce-dead-letters',
    subjects: ['dead-letters.>'],
    policy: {
      attempts: 16,
      backoff: { baseMs: 5000, capMs: 900000 },
      timeOutMs: 1800000,
      concurrency: 1000,
      upstream: 'chat',
    },
    observes: true,
  },
  'announce-missed-jobs': {
    name: 'announce-missed-jobs',
    subjects: ['alerts.job-missed'],
    policy: {
      attempts: 16,
      backoff: { baseMs: 5000, capMs: 900000 },
      timeOutMs: 1800000,
      concurrency: 16,
      upstream: 'chat',
    },
  },
  'announce-prison-registers': {
    name: 'announce-prison-registers',
    subjects: ['alerts.prison-register-imported'],
    policy: {
      attempts: 16,
      backoff: { baseMs: 5000, capMs: 900000 },
      timeOutMs: 1800000,
      concurrency: 16,
      upstream: 'chat',
    },
  },
  'announce-failed-notifications': {
    name: 'announce-failed-notifications',
    subjects: ['alerts.notification-failed'],
    policy: {
      attempts: 16,
      backoff: { baseMs: 5000, capMs: 900000 },
      timeOutMs: 1800000,
      concurrency: 200,
      upstream: 'chat',
    },
  },
  'remind-of-evidence': {
    name: 'remind-of-evidence',
    subjects: ['schedule.daily'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'remind-of-information': {
    name: 'remind-of-information',
    subjects: ['schedule.daily'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'mark-overpayments': {
    name: 'mark-overpayments',
    subjects: ['schedule.daily'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'clean-up-external-data': {
    name: 'clean-up-external-data',
    subjects: ['schedule.daily'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'reject-silent-claims': {
    name: 'reject-silent-claims',
    subjects: ['schedule.daily'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'archive-old-claims': {
    name: 'archive-old-claims',
    subjects: ['claims.old-archive-due'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
  },
  'queue-old-claims': {
    name: 'queue-old-claims',
    subjects: ['claims.old-archive-queueing-due'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'report-old-claims': {
    name: 'report-old-claims',
    subjects: ['claims.old-archive-report-due'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
  },
  'archive-claim': {
    name: 'archive-claim',
    subjects: ['claims.archive-due'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
  },
  'pay-claims': {
    name: 'pay-claims',
    subjects: ['schedule.payment-run'],
    policy: {
      attempts: 150,
      backoff: { baseMs: 5000, capMs: 600000 },
      timeOutMs: 600000,
      concurrency: 1,
      upstream: 'document-store',
    },
  },
  'clean-up-payment-files': {
    name: 'clean-up-payment-files',
    subjects: ['schedule.payment-run'],
    policy: { attempts: 10, backoff: { baseMs: 5000, capMs: 600000 }, timeOutMs: 600000, concurrency: 1 },
  },
  'look-at-prison-register': {
    name: 'look-at-prison-register',
    subjects: ['schedule.prison-register'],
    policy: {
      attempts: 10,
      backoff: { baseMs: 5000, capMs: 600000 },
      timeOutMs: 600000,
      concurrency: 1,
      upstream: 'document-store',
    },
  },
  'check-prison-register': {
    name: 'check-prison-register',
    subjects: ['registers.prisons-check-due'],
    policy: {
      attempts: 10,
      backoff: { baseMs: 5000, capMs: 600000 },
      timeOutMs: 600000,
      concurrency: 1,
      upstream: 'document-store',
    },
  },
  'take-in-prison': {
    name: 'take-in-prison',
    subjects: ['registers.prison-change-due'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
  },
  'report-prison-register': {
    name: 'report-prison-register',
    subjects: ['registers.prisons-report-due'],
    policy: { attempts: 10, backoff: { baseMs: 1000, capMs: 600000 }, timeOutMs: 30000, concurrency: 16 },
  },
} as const satisfies Record<string, ConsumerDefinition>
