import type { ActionName, InputOf } from '#shared/operations'

/** Something to ask of each action: one that is not here does not compile. */
export const actionInputs: { readonly [Name in ActionName]: InputOf<Name> } = {
  'acknowledge-payment-files': { file: '20261121000500' },
  'cancel-task': { schema: 'ExtSchema', taskId: 7 },
  'change-job': { job: 'daily', when: null, zone: null },
  'close-tasks': { schema: 'IntSchema' },
  'discard-dead-letters': { filter: {} },
  'download-payment-file': { file: 'apvs-payments-20261121000500.txt' },
  'fire-job': { job: 'daily', date: '2026-11-21', again: false, longAgo: false },
  'pause-handler': { handler: 'send-email' },
  'pause-job': { job: 'daily' },
  'readdress-dead-letters': { sequences: [7] },
  'record-restoration': { copied: '2026-11-20T10:00:00.000Z' },
  'recover-payment-run': { stamp: '20261121000500' },
  'release-payment': { stamp: '20261121000500', kind: 'claim', id: 7 },
  'replay-stretch': {
    subjects: ['claims.submitted'],
    from: '2020-01-01T00:00:00.000Z',
    to: '2020-01-02T00:00:00.000Z',
  },
  'resume-handler': { handler: 'send-email' },
  'resume-job': { job: 'daily' },
  'retry-dead-letters': { sequences: [7] },
  'retry-tasks': { schema: 'ExtSchema' },
  'try-upstream': { upstream: 'notify' },
}

/** The same on the command line; undefined where only the console does it. */
export const actionLines: { readonly [Name in ActionName]: string | undefined } = {
  'acknowledge-payment-files': 'payments acknowledge 20261121000500',
  'cancel-task': 'tasks cancel --schema ext --id 7',
  'change-job': 'schedule change daily --default --reason to-see',
  'close-tasks': 'tasks close --schema int --reason to-see',
  'discard-dead-letters': 'dead-letters discard --all',
  'download-payment-file': undefined,
  'fire-job': 'fire daily --date 2026-11-21',
  'pause-handler': 'pause send-email --reason to-see',
  'pause-job': 'schedule pause daily --reason to-see',
  'readdress-dead-letters': 'dead-letters readdress 7',
  'record-restoration': 'restored --copy 2026-11-20T10:00Z',
  'recover-payment-run': 'payments recover 20261121000500',
  'release-payment': 'payments release 20261121000500 claim 7',
  'replay-stretch': 'replay --subject claims.submitted --from 2020-01-01T00:00Z --to 2020-01-02T00:00Z',
  'resume-handler': 'resume send-email',
  'resume-job': 'schedule resume daily --reason to-see',
  'retry-dead-letters': 'dead-letters retry 7',
  'retry-tasks': 'tasks retry --schema ext',
  'try-upstream': 'resume send-email --upstream',
}

/** With nothing there to be changed, these say that there is nothing. */
export const saysNothing: Readonly<Partial<Record<ActionName, string>>> = {
  'acknowledge-payment-files': 'the store has no such file that the database does not know',
  'cancel-task': 'ExtSchema.Task.7 does not wait for its moment: only what does can be called off',
  'close-tasks': 'no failed task is meant by that',
  'discard-dead-letters': 'no dead letter is meant by that',
  'readdress-dead-letters': 'there is no dead letter 7',
  'recover-payment-run': 'payment-runs/20261121000500.json is not in the store: it would say who was paid',
  'release-payment': 'the database knows no run of that stamp',
  'replay-stretch': 'nothing was published there in that time',
  'retry-dead-letters': 'there is no dead letter 7',
  'retry-tasks': 'no failed task is meant by that',
}
