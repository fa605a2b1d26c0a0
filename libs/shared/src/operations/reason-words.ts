/** What a reason means, in the words of the runbook. */
export interface ReasonWords {
  /** Codes; one that ends in `*` stands for all that begin so. */
  readonly reasons: readonly string[]
  /** The same as the runbook's table has it. */
  readonly shown: string
  readonly means: string
  /** In Markdown; links lead to entries of the runbook. */
  readonly mend: string
}

/** Every reason of a dead letter that has an entry of its own; a test holds the runbook's table against it. */
export const reasonWords: readonly ReasonWords[] = [
  {
    reasons: ['unreadable-body', 'unreadable-headers', 'body-breaks-contract'],
    shown: '`unreadable-body`, `unreadable-headers`, `body-breaks-contract`',
    means: "the publisher's message is not what its subject asks for",
    mend: 'the publisher; then discard: it will never fit',
  },
  {
    reasons: ['claim-not-found'],
    shown: '`claim-not-found`',
    means: 'no such claim, or it was archived or cleaned up meanwhile',
    mend: 'look at `ops journey`; discard what is gone',
  },
  {
    reasons: ['step-of-no-flow'],
    shown: '`step-of-no-flow`',
    means: 'a message that begins a step of large work, and that no flow has sent',
    mend: 'whoever published it; then discard',
  },
  {
    reasons: ['eligibility-missing', 'bank-detail-missing'],
    shown: '`eligibility-missing`, `bank-detail-missing`',
    means: 'the claim was submitted without what must belong to it',
    mend: 'the web app, or the claimant through a caseworker; then retry',
  },
  {
    reasons: ['benefit-owner-missing'],
    shown: '`benefit-owner-missing`',
    means: 'nobody is named whose benefit is to be checked',
    mend: "the eligibility's rows; then retry",
  },
  {
    reasons: ['notify-400'],
    shown: '`notify-400`',
    means: 'Notify refuses this email: address or template',
    mend: 'the address (caseworker) or `APVS_NOTIFY_…_TEMPLATE_ID`; then retry',
  },
  {
    reasons: ['notify-400-address', 'notify-address-none'],
    shown: '`notify-400-address`, `notify-address-none`',
    means: 'the address that the task names is none',
    mend: "the visitor's address (caseworker); then retry to the address of today (`ops dead-letters readdress`)",
  },
  {
    reasons: ['notify-400-template', 'notify-400-personalisation'],
    shown: '`notify-400-template`, `notify-400-personalisation`',
    means: 'Notify has no such template, or the template asks for something that is not sent',
    mend: 'the template at Notify, or `APVS_NOTIFY_…_TEMPLATE_ID`; then retry',
  },
  {
    reasons: ['notify-400-number', 'notify-number-none', 'notify-400-sender'],
    shown: '`notify-400-number`, `notify-number-none`, `notify-400-sender`',
    means: 'Notify does not send to this number, or by this sender or reply-to address',
    mend: 'the number in the row’s data, or the template’s entry; then retry',
  },
  {
    reasons: ['notify-address-unsendable', 'notify-number-unsendable'],
    shown: '`notify-address-unsendable`, `notify-number-unsendable`',
    means: 'the address or number holds characters that none has',
    mend: 'the address (caseworker), or the number in the row’s data; then retry',
  },
  {
    reasons: ['template-unknown', 'channel-mismatch'],
    shown: '`template-unknown`, `channel-mismatch`',
    means: 'a `SEND-NOTIFICATION` names a template that is not in the file, or one for the other channel',
    mend: 'the file that `NOTIFICATION_TEMPLATES` names ([how](how-to/add-a-notification-template.md)), or the web app; then retry',
  },
  {
    reasons: ['recipient-missing', 'recipient-malformed'],
    shown: '`recipient-missing`, `recipient-malformed`',
    means: 'it has no recipient, or one that is neither an address nor a number that Notify sends to',
    mend: '`to` in the row’s data, or the visitor’s own; then retry. Of one about a claim: to the visitor of today (`ops dead-letters readdress`)',
  },
  {
    reasons: ['personalisation-missing', 'personalisation-malformed', 'notification-malformed'],
    shown: '`personalisation-missing`, `personalisation-malformed`, `notification-malformed`',
    means:
      'its data lacks a field of the template, or holds what is no text, number, boolean or list of texts',
    mend: 'the web app, or the template’s `fields`; then retry',
  },
  {
    reasons: ['notification-data-gone'],
    shown: '`notification-data-gone`',
    means:
      'the row was set back to `PENDING` after `NOTIFICATION_DATA_DAYS`, when whom it was for and what it said had been deleted; a retry is refused (`data-gone`)',
    mend: 'the web app: what is still wanted is a new row; then discard',
  },
  {
    reasons: ['expired'],
    shown: '`expired`',
    means: 'it came too late to be of use: a one-time code, say',
    mend: 'nothing; discard',
  },
  {
    reasons: ['notify-5*', 'notify-unreachable', 'helpdesk-5*', 'dwp-5*'],
    shown: '`notify-500` or another failure of an upstream',
    means: 'it failed at this message although others got through',
    mend: "whoever runs the upstream, with the message's id; then retry",
  },
  {
    reasons: ['dwp-fault-LSCBC205', 'dwp-fault-LSCBC210', 'dwp-fault-LSCBC215'],
    shown: '`dwp-fault-LSCBC205`, `-210`, `-215`',
    means: "the benefit checker refuses the person's data",
    mend: 'the data (caseworker); then retry',
  },
  {
    reasons: ['dwp-text-unsendable'],
    shown: '`dwp-text-unsendable`',
    means: 'name or national insurance number holds control characters, halves of characters, or XML',
    mend: 'the data (caseworker); then retry',
  },
  {
    reasons: ['help-request-malformed'],
    shown: '`help-request-malformed`',
    means: 'the request for help lacks name, address or text',
    mend: 'discard; the web app must not send it',
  },
  {
    reasons: ['helpdesk-answer-unknown'],
    shown: '`helpdesk-answer-unknown`',
    means: 'a ticket may have been raised nearly two hours ago; nobody can say',
    mend: 'look in Zendesk for the claimant; if there is a ticket, discard; if there is none, set the Task row to `PENDING` (a retry is refused likewise), then discard',
  },
  {
    reasons: ['notify-answer-unknown'],
    shown: '`notify-answer-unknown`',
    means: 'the email was first tried longer ago than Notify remembers; nobody can say whether it was taken',
    mend: 'look in Notify, or ask the claimant; if it was not sent, set the Task row to `PENDING` (a retry is refused likewise), or publish it again with another id; then discard',
  },
  {
    reasons: ['task-row-changed'],
    shown: '`task-row-changed`',
    means: 'the Task row was changed into another one, or deleted, while its message was under way',
    mend: 'nothing for the row: as it is now, it has a run of its own. Who changes rows by hand? Then discard',
  },
  {
    reasons: ['register-*'],
    shown: '`register-…`',
    means: 'the prison register as it is in the document store cannot be used; nothing was changed',
    mend: '[this entry](#a-prison-register-was-refused)',
  },
  {
    reasons: ['prison-*'],
    shown: '`prison-…`',
    means: 'what the register says of one prison cannot be used; it is as it was',
    mend: 'the line in the register ([this entry](#a-prison-register-was-refused))',
  },
  {
    reasons: ['subject-malformed'],
    shown: '`subject-malformed`',
    means:
      'a `SUBJECT-CHANGED` says of a user, a role or an organisation what cannot be, or its data was deleted for its age',
    mend: 'the web app, which says it anew; then discard',
  },
  {
    reasons: ['target-fault-*'],
    shown: '`target-fault-…`',
    means: 'a system that is told of users, roles and organisations refuses one of them, by its code',
    mend: 'what is said of it ([this entry](#a-target-is-held-or-behind)); then retry',
  },
  {
    reasons: ['target-*'],
    shown: '`target-…`',
    means: 'such a system was away, answered nothing that can be read, or is not set up as it should be',
    mend: '[this entry](#a-target-is-held-or-behind); then retry',
  },
  {
    reasons: ['row-of-another-claim', 'archive-key-taken'],
    shown: '`row-of-another-claim`, `archive-key-taken`',
    means: 'rows of two claims carry the same id',
    mend: "a maintainer with the database's owner; nothing was changed",
  },
  {
    reasons: ['payment-files-unknown', 'payment-file-differs'],
    shown: '`payment-files-unknown`, `payment-file-differs`',
    means: 'the store has payment files that the database does not know',
    mend: '[this entry](#a-payment-run-found-files-that-the-database-does-not-know); then retry',
  },
  {
    reasons: ['another-run-in-doubt'],
    shown: '`another-run-in-doubt`',
    means: 'another payment run was stopped for that',
    mend: 'the same',
  },
  {
    reasons: ['template-*'],
    shown: '`template-…`',
    means: 'the finance workbook cannot take the figures',
    mend: '[this entry](#the-journal-template-is-refused); then retry',
  },
  {
    reasons: ['claim-undecided', 'claim-unpaid', 'claim-reserved', 'claim-under-way'],
    shown: '`claim-undecided`, `claim-unpaid`, `claim-reserved`, `claim-under-way`',
    means: 'a claim that may not be archived yet was to be',
    mend: 'nothing, if it changed meanwhile; retry when it is decided, paid, settled, or its tasks are done',
  },
  {
    reasons: ['unknown-column'],
    shown: '`unknown-column`',
    means: 'the claim has a value in a column that the code, or the archive, has not got',
    mend: '[A column is not known](#a-column-is-not-known)',
  },
  {
    reasons: ['rows-left'],
    shown: '`rows-left`',
    means: 'a job is done but for rows that fail each time',
    mend: '[A job left rows](#a-job-left-rows)',
  },
  {
    reasons: ['date-to-come'],
    shown: '`date-to-come`',
    means:
      'a job was fired for a day more than two days ahead, or waited for its day until its attempts were used up',
    mend: 'the clock of whoever fired it ([A clock is wrong](#a-clock-is-wrong)); retry it on its day',
  },
  {
    reasons: ['deliveries-exhausted'],
    shown: '`deliveries-exhausted`',
    means: 'the process died each time it had this message',
    mend: 'the log of the service before each death; after the repair, retry',
  },
  {
    reasons: ['webhook-*'],
    shown: '`webhook-…`',
    means:
      'an endpoint took nothing for a day, or its secret or address cannot be used; what is queued there waits',
    mend: '[A webhook endpoint is held, or gone](#a-webhook-endpoint-is-held-or-gone)',
  },
  {
    reasons: ['timed-out', '*'],
    shown: "`timed-out`, or an error's name (`RequestError-ETIMEOUT`)",
    means: 'every attempt failed in the same passing way',
    mend: 'whatever was away; then retry',
  },
]

/** What is said of a reason: every one has an entry, for the last one takes all the others. */
export function wordsOfReason(reason: string): ReasonWords | undefined {
  return reasonWords.find(({ reasons }) =>
    reasons.some((each) => (each.endsWith('*') ? reason.startsWith(each.slice(0, -1)) : reason === each)),
  )
}
