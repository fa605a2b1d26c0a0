import { never, orNot, type Guard } from './guard.js'

const holding = [/\/\*(?:holding|taking)\*\//, / \/\*(?:holding|taking)\*\//, ''] as const
const isAsRead = [
  /^update "IntSchema_Claim" set "Status" = \?, "VisitConfirmationCheck"/,
  /"Status" = \?(?= and "DateApproved")/,
  orNot,
] as const
const relayTakes = [
  /^update "IntSchema_Task" set "Status" = \? where "TaskId" in/,
  /"Status" = 'PENDING'/,
  orNot,
] as const
const runStep = [
  /^update "AsyncSchema_PaymentRun" set/,
  /"State" = \? and "Stage" = \? and "LastKey" = \?$/,
  orNot,
] as const

const sentAnewIfLast = [
  /^update "IntSchema_Task" set "Status" = \? where "TaskId" = \? and .*exists/,
  /not exists \(/,
  '1 or $&',
] as const

const owedAgain = /^update "AsyncSchema_ProvisioningEntry" set "MessageId" = \? where/

const recoveredClaim = /^update "IntSchema_Claim" set "PaymentStatus" = \?, "PaymentDate"/
const recoveredTopUp = /^update "IntSchema_TopUp" set "PaymentStatus" = \?, "PaymentDate"/

/** The guards of ADR 33 whose absence two at once can show. Keys, and what tests of their own show, are in its table. */
export const guards: readonly Guard[] = [
  {
    name: 'webhook endpoint: taken for one request, and read once more',
    world: 'a webhook endpoint with one delivery due',
    first: 'a sender is answered delivered',
    second: 'another sender',
    out: [[/^select "e"."Name".*AsyncSchema_WebhookDelivery/, /"d"."State" = \?/, orNot]],
  },
  {
    name: 'target tended: confirmed as read',
    world: 'a target that is told while operators tend it',
    first: 'one tells the target, and it is confirmed',
    second: 'somebody says that the role is second',
    out: [[/^update "AsyncSchema_ProvisioningEntry" set "ConfirmedVersion"/, /"WantedVersion" = \?/, orNot]],
  },
  {
    name: 'webhook delivery: ended where it is due by the message',
    world: 'a webhook endpoint that is sent to while operators tend it',
    first: 'a sender is answered refused',
    second: 'an operator has it tried again from 1',
    out: [
      [/^update "AsyncSchema_WebhookDelivery" set "State" = \?, "LastReason"/, /"MessageId" = \?/, orNot],
    ],
  },
  {
    name: 'webhook delivery: ended where it was refused',
    world: 'a webhook endpoint that is sent to while operators tend it',
    first: 'a sender is answered gone',
    second: 'an operator says {"address"',
    out: [
      [/^update "AsyncSchema_WebhookDelivery" set "State" = \?, "LastReason"/, /"MessageId" = \?/, orNot],
      [/^update "AsyncSchema_WebhookDelivery" set "State" = \?, "LastReason"/, /"e"."Address" = \?/, orNot],
    ],
  },
  {
    name: 'webhook delivery: one is due at an endpoint',
    world: 'a webhook endpoint with one delivery due',
    first: 'a sender is answered delivered',
    second: 'an operator sends a test',
    out: [[/^select "d"."Sequence".*AsyncSchema_WebhookDelivery/, /not exists \(.*?where/, never]],
    index: 'IX_AsyncSchema_WebhookDelivery_Due',
  },
  {
    name: 'webhook endpoint: ended by an operator',
    world: 'a webhook endpoint that operators tend',
    first: 'events are queued by queue.1',
    second: 'an operator says {"state":"ended"}',
    out: [holding],
  },
  {
    name: 'webhook endpoint: ended as it says so',
    world: 'a webhook endpoint with one delivery due',
    first: 'events are queued by queue.1',
    second: 'a sender is answered gone',
    out: [holding],
  },
  {
    name: 'webhook endpoint: changed',
    world: 'a webhook endpoint that operators tend',
    first: 'an operator says {"address":',
    second: 'an operator says {"state":"paused"}',
    out: [holding],
  },
  {
    name: 'webhook endpoint: tried again',
    world: 'a webhook endpoint that operators tend',
    first: 'an operator has it tried again',
    second: 'an operator says {"state":"ended"}',
    out: [holding],
  },
  {
    name: 'provisioning: one row of a subject, of a target and a subject',
    world: 'a target, and a role of which nobody has heard',
    first: 'somebody says that the role is first',
    second: 'somebody else says that the role is first',
    out: [holding],
    index: 'IX_AsyncSchema_ProvisioningSubject_Key',
  },
  {
    name: 'provisioning: a change is owed where no message owes it',
    world: 'a role of which a target is owed word',
    first: 'somebody says that the role is second',
    second: 'one tells the target',
    out: [
      [
        /^update "AsyncSchema_ProvisioningEntry" set "MessageId" = \?, "Messages"/,
        /not exists \(select "o"/,
        '1 or $&',
      ],
    ],
  },
  {
    name: 'provisioning: confirmed as it was read',
    world: 'a role of which a target is owed word',
    first: 'one tells the target',
    second: 'somebody says that the role is second',
    out: [[/^update "AsyncSchema_ProvisioningEntry" set "ConfirmedVersion"/, /"WantedVersion" = \?/, orNot]],
  },
  {
    name: 'provisioning: refused as it was read',
    world: 'a role that its target refuses',
    first: 'one tells the target',
    second: 'somebody says that the role is second',
    out: [
      [
        /^update "AsyncSchema_ProvisioningEntry" set "AtTarget" = \?, "Reason" = \?, "MessageId"/,
        /"WantedVersion" = \?/,
        orNot,
      ],
    ],
  },
  {
    name: 'provisioning: what is refused is owed no more',
    world: 'a role that its target refuses',
    first: 'one tells the target',
    second: 'somebody says that the role is second',
    out: [
      [
        /^update "AsyncSchema_ProvisioningEntry" set "AtTarget" = \?, "Reason" = \?, "MessageId"/,
        /"MessageId" = \?(?= where)/,
        '"MessageId" = coalesce(?, "MessageId")',
      ],
    ],
  },
  {
    name: 'provisioning: what was refused is tried once more where no other message owes it',
    world: 'a role that its target has refused, and is told once more',
    first: 'one tells the target',
    second: 'somebody says that the role is second',
    out: [
      [owedAgain, /"Messages" = \?/, orNot],
      [owedAgain, /\("MessageId" is null or/, '(1 or'],
    ],
  },
  {
    name: 'provisioning: what was refused is tried once more by what has not ended',
    world: 'a role that its target has refused, and is told once more by two',
    first: 'one tells the target',
    second: 'another tells the target',
    out: [[owedAgain, /and exists (\(.*\))$/, 'and (1 or exists $1)']],
  },
  {
    name: 'provisioning: a target is let go on once',
    world: 'a target that is held, and a role of which it is owed word',
    first: 'an operator has the target resume',
    second: 'another operator has the target resume',
    out: [[/^update "AsyncSchema_ProvisioningTarget" set "State"/, /"State" = \?(?!,)$/, orNot]],
  },
  {
    name: 'provisioning: pruned where it is gone still',
    world: 'a role that is gone, as its target has confirmed',
    first: 'entries that are gone are pruned',
    second: 'somebody says that the role is second',
    out: [[/^delete from "AsyncSchema_ProvisioningEntry"/, /and \("IsAbsent".*$/, '']],
  },
  {
    name: 'outbox: a run is given up',
    world: 'runs that have ended, and one under way',
    first: 'check-benefit gives up',
    second: 'check-benefit finishes',
    out: [[/^update "AsyncSchema_Outbox" set .*"LastReason" = \?/, /"DateEnded" is null/, orNot]],
  },
  {
    name: 'Task row: failed with its run',
    world: 'runs that have ended, and one under way',
    first: 'check-benefit gives up',
    second: 'check-benefit finishes',
    // Either of them is enough here; what the run's end guards alone: `inbox.int`.
    out: [
      [/^update "IntSchema_Task"/, /"o"."DateEnded" is null/, orNot],
      [/^update "IntSchema_Task"/, /"Status" <> \?/, orNot],
    ],
  },
  {
    name: 'outbox: published where',
    world: 'runs that have ended, and one under way',
    first: 'the relay publishes again',
    second: 'check-benefit finishes',
    out: [[/^update "AsyncSchema_Outbox" set "State" = \?, "DatePublished"/, /"DateEnded" is null/, orNot]],
  },
  {
    name: 'Task row: taken by the relay',
    world: 'Task rows that wait',
    first: 'the relay takes',
    second: 'check-benefit finishes',
    out: [holding, relayTakes],
  },
  {
    name: 'Task row: taken by the relay, one open run',
    world: 'Task rows that wait',
    first: 'the relay takes',
    second: 'another relay takes',
    out: [holding, relayTakes],
    index: 'IX_AsyncSchema_Outbox_OpenRun',
  },
  {
    name: 'Task row, then outbox: a retry, and the row is taken',
    world: 'runs that have ended, and one under way',
    first: 'an operator retries',
    second: 'an operator sets',
    out: [[/^update "IntSchema_Task" set "Status" = "Status"/, /"TaskId" = \?/, '$& and 0']],
  },
  {
    name: 'inbox: given up, again to be done where its run is owed',
    world: 'runs that have ended, and one under way',
    first: 'an operator retries',
    second: 'an operator sets',
    out: [[/^delete from "AsyncSchema_Inbox"/, /not exists \(.*?where/, never]],
  },
  {
    name: 'Task row: an operator sets it to PENDING',
    world: 'runs that have ended, and one under way',
    first: 'an operator retries',
    second: 'an operator sets',
    out: [
      [/^update "IntSchema_Task" set .* where "TaskId" in/, /"Status" = \?(?= and "TaskId" not in)/, orNot],
    ],
  },
  {
    name: 'Task row, then outbox: a retry beside pruning',
    world: 'runs that are old enough to be pruned',
    first: 'an operator retries',
    second: 'prune-records',
    out: [
      [
        /^update "IntSchema_Task" set "Status" = \?.* exists \(select "o"/,
        /and exists (\(.*\))$/,
        'and (1 or exists $1)',
      ],
    ],
  },
  {
    name: 'webhook endpoint: taken for one request',
    world: 'a webhook endpoint with one delivery due',
    first: 'a sender is answered delivered',
    second: 'another sender',
    out: [
      [
        /^update "AsyncSchema_WebhookEndpoint" set "DateBusyUntil" = strftime/,
        /\("DateBusyUntil" is null/,
        '(1 or "DateBusyUntil" is null',
      ],
    ],
  },
  {
    name: 'claim: approved automatically',
    world: 'a new claim',
    first: 'approve-claim',
    second: 'a caseworker rejects',
    out: [holding, isAsRead],
  },
  {
    name: 'claim: approved automatically on its day',
    world: 'a new claim',
    first: 'approve-waiting',
    second: 'a caseworker rejects',
    out: [isAsRead],
  },
  {
    name: '`AutoApproval`: a claim is queued, taken',
    world: 'a new claim in the evening',
    first: 'approve-claim of approval.1',
    second: 'approve-claim of approval.2',
    out: [holding],
  },
  {
    name: '`AutoApproval`: a claim is queued, once',
    world: 'a new claim in the evening',
    first: 'approve-claim of approval.1',
    second: 'approve-claim of approval.2',
    out: [
      [
        /^insert into "IntSchema_AutoApproval"/,
        /not exists \(select "AutoApprovalId" from "IntSchema_AutoApproval" where/,
        never,
      ],
    ],
  },
  {
    name: 'claim: evidence is asked for',
    world: 'two claims whose benefits are to be checked',
    first: 'check-benefit NO of check.1',
    second: 'a caseworker rejects',
    out: [
      [
        /^update "IntSchema_Claim" set "Status" = \?, "ReminderSent"/,
        /"Status" = \?(?= and "DateApproved")/,
        orNot,
      ],
    ],
  },
  {
    name: 'claim: an answer is taken in',
    world: 'a claim whose claimant has answered',
    first: 'take-in-response of ExtSchema',
    second: 'a caseworker rejects',
    out: [
      holding,
      [
        /^update "IntSchema_Claim" set "Status" = \?, "ReminderSent"/,
        /"Status" = \? and "DateReviewed" is null and "DateApproved" is null/,
        orNot,
      ],
    ],
  },
  {
    name: 'documents of an answer: copied as they are enabled',
    world: 'a claim whose claimant has answered, and has second thoughts',
    first: 'take-in-response of ExtSchema',
    second: 'the claimant takes',
    out: [[/^insert into "IntSchema_ClaimDocument"/, /"IsEnabled" = \?/, orNot]],
  },
  {
    name: 'documents of an answer: as many copied as were read',
    world: 'a claim whose claimant has answered, and has second thoughts',
    first: 'take-in-response of ExtSchema',
    second: 'the claimant takes',
    out: [],
    counted: /^insert into "IntSchema_ClaimDocument"/,
  },
  {
    name: 'documents of an answer: deleted by id, as many as were read',
    world: 'a claim whose claimant has answered, and has second thoughts',
    first: 'take-in-response of ExtSchema',
    second: 'the claimant answers',
    out: [[/^delete from "ExtSchema_ClaimDocument"/, /"ClaimDocumentId" in \(.*?\)/, orNot]],
    counted: /^delete from "ExtSchema_ClaimDocument"/,
  },
  {
    name: 'documents of an answer: as many deleted as were read',
    world: 'two claims of one claimant that are answered by a document which is inside already',
    first: 'take-in-response of answer.of-one',
    second: 'take-in-response of answer.of-other',
    out: [],
    counted: /^delete from "ExtSchema_ClaimDocument"/,
  },
  {
    name: 'claim: an answer is taken in, with its bank details',
    world: 'a claim whose claimant was asked for bank details, and has answered',
    first: 'take-in-response of ExtSchema',
    second: 'the claimant gives',
    out: [[/^delete from "ExtSchema_ClaimBankDetail"/, /"ClaimBankDetailId" <= \?/, orNot]],
  },
  {
    name: 'claim: its reminders, taken',
    world: 'a claim whose claimant is to be reminded',
    first: 'remind-of-information by the day',
    second: 'remind-of-information by hand',
    out: [holding],
  },
  {
    name: 'claim: evidence is asked for again',
    world: 'an advance claim whose claimant is to be reminded of evidence',
    first: 'remind-of-evidence by the day',
    second: 'remind-of-evidence by hand',
    out: [holding],
  },
  {
    name: 'claim: overpaid',
    world: 'an advance claim without evidence',
    first: 'mark-overpayments by the day',
    second: 'a caseworker says',
    out: [
      [
        /^select "c"."ClaimId" from "IntSchema_Claim" as "c" where/,
        /^(.* "c"."ClaimId" in \(\?\)) and (.*)$/,
        '$1 and (1 or ($2))',
      ],
    ],
  },
  {
    name: 'claim: rejected for silence, its status',
    world: 'a claim whose claimant was reminded, and is silent',
    first: 'reject-silent-claims by the day',
    second: 'a caseworker approves',
    out: [
      [
        /^update "IntSchema_Claim" set "Status" = \?, "ReminderSent"/,
        /"Status" in \(\?, \?, \?, \?, \?\)/,
        orNot,
      ],
    ],
  },
  {
    name: 'flow: a step ends',
    world: 'a flow whose items are all done',
    first: 'the relay has flows go on',
    second: 'an operator calls a flow off',
    out: [
      [/^select "f"."FlowId" from .*AsyncSchema_Flow/, /"f"."State" = \?/, orNot],
      [/^update "AsyncSchema_FlowStep" set "DateEnded"/, /"DateEnded" is null/, orNot],
    ],
  },
  {
    name: 'flow: held',
    world: 'a flow with one item under way and one that waits',
    first: 'an operator has a flow hold',
    second: 'an operator calls a flow off',
    out: [[/^update "AsyncSchema_Flow" set "State"/, /"State" in \(\?\)$/, orNot]],
  },
  {
    name: 'flow: let go on',
    world: 'a flow that is held, with one item under way and one that waits',
    first: 'an operator has a flow resume',
    second: 'an operator calls a flow off',
    out: [[/^update "AsyncSchema_Flow" set "State" = \?, "Reason"/, /"State" in \(\?\)$/, orNot]],
  },
  {
    name: 'flow: approved',
    world: 'a flow that waits for a person to agree',
    first: 'an operator has a flow approve',
    second: 'an operator calls a flow off',
    out: [[/^update "AsyncSchema_Flow" set "State" = \?, "Reason"/, /"State" in \(\?\)$/, orNot]],
  },
  {
    name: 'flow: called off',
    world: 'a flow at its last step, whose items are all done',
    first: 'an operator calls a flow off',
    second: 'the relay has flows go on',
    out: [[/^update "AsyncSchema_Flow" set "State" = \?, "Reason"/, /"State" in \(\?, \?, \?, \?\)$/, orNot]],
  },
  {
    name: 'flow: goes on after its end, as read',
    world: 'a flow that has ended with two failures, of which one is done after all',
    first: 'the relay has flows go on',
    second: 'another relay has a flow go on',
    out: [[/^update "AsyncSchema_Flow" set "State" = \?, "DateEnded" = \?, "Run"/, /"Run" = \?$/, orNot]],
  },
  {
    name: 'item: released',
    world: 'a flow with one item under way and one that waits',
    first: 'the relay has flows go on',
    second: 'an operator calls a flow off',
    out: [
      [
        /^update "AsyncSchema_Outbox" set "State" = \?, "LastReason"/,
        /"State" = \?(?= and "DateEnded" is null)/,
        orNot,
      ],
      [/^update "AsyncSchema_Outbox" set "State" = \?, "LastReason"/, /"DateEnded" is null/, orNot],
    ],
  },
  {
    name: 'item: put back',
    world: 'a flow that is held, with one item under way and one that waits',
    first: 'the relay has flows go on',
    second: 'archive-claim finishes',
    out: [[/^update "AsyncSchema_Outbox" set "State" = \? where/, /"DateEnded" is null/, orNot]],
  },
  {
    name: 'item: called off',
    world: 'a flow with one item under way and one that waits',
    first: 'an operator calls a flow off',
    second: 'archive-claim finishes',
    out: [
      [
        /^update "AsyncSchema_Outbox" set "State" = \?, "LastReason" = \?, "DateEnded"/,
        /"DateEnded" is null/,
        orNot,
      ],
    ],
  },
  {
    name: 'flow: queued, of a step that is called off',
    world: 'a flow whose items are being queued',
    first: 'items are queued by begins',
    second: 'an operator calls a flow off',
    out: [[/^update "AsyncSchema_FlowStep" set "Queued"/, /"DateEnded" is null/, orNot]],
  },
  {
    name: 'notification: it arrived',
    world: 'an email of which nobody knows what became of it',
    first: 'a receipt says delivered',
    second: 'a receipt says permanent-failure',
    out: [
      [
        /^update "AsyncSchema_Notification" set "State" = \?.* "MessageId" in/,
        /"State" in \(\?, \?\)/,
        orNot,
      ],
    ],
  },
  {
    name: 'notification: it failed',
    world: 'an email of which nobody knows what became of it',
    first: 'a receipt says permanent-failure',
    second: 'a receipt says technical-failure',
    out: [
      [/^update "AsyncSchema_Notification" set "State" = \?.* "MessageId" =/, /"State" in \(\?, \?\)/, orNot],
    ],
  },
  {
    name: 'notification: its Task row is sent anew, where there is no later run',
    world: 'an email that failed, whose Task row runs again by one or the other',
    first: 'a look learns nothing',
    second: 'somebody has Task row',
    out: [sentAnewIfLast],
  },
  {
    name: 'notification: its Task row is sent anew once',
    world: 'an email that failed, whose Task row runs again by one or the other',
    first: 'a look learns nothing',
    second: 'another look has it sent',
    out: [
      sentAnewIfLast,
      [/^update "AsyncSchema_Notification" set "DateSentAnew"/, /"DateSentAnew" is null/, orNot],
    ],
  },
  {
    name: 'notification: its Task row is sent anew, where its run is known',
    world: 'an email that failed for the time being, of whose run nothing is known',
    first: 'a look learns nothing',
    second: 'another look learns nothing',
    out: [
      [
        /^update "IntSchema_Task" set "Status" = \? where "TaskId" = \? and .*exists/,
        /exists (\(select "o"\."OutboxId".*?\)) and/,
        '(1 or exists $1) and',
      ],
    ],
  },
  {
    name: 'claim: to be archived',
    world: 'two claims of one claimant that may be archived',
    first: 'queue-old-claims old.1',
    second: 'queue-old-claims old.2',
    out: [holding],
  },
  {
    name: 'external claim: cleaned up, taken',
    world: 'what was begun and never finished',
    first: 'clean-up-external-data',
    second: 'the claimant submits it',
    out: [holding],
  },
  {
    name: 'claim: moved inside, with its new contact details',
    world: 'a submitted claim',
    first: 'complete-claim of ExtSchema',
    second: 'the claimant gives',
    out: [
      [
        /^delete from "ExtSchema_EligibilityVisitorUpdateContactDetail"/,
        /"EligibilityVisitorUpdateContactDetailId" <= \?/,
        orNot,
      ],
    ],
  },
  {
    name: 'payment: reserved by one run',
    world: 'claims that are to be paid',
    first: 'the run of 2024-03-13 reserves',
    second: 'the run of 2024-03-12 reserves',
    out: [],
    index: 'IX_AsyncSchema_Payment_Reserved',
  },
  {
    name: 'claim: what it comes to, of as many as were found',
    world: 'claims that are to be paid',
    first: 'the run of 2024-03-13 reserves',
    second: 'somebody pays',
    out: [],
    counted: /^update "IntSchema_Claim" set "TotalAmount"/,
  },
  {
    name: 'payment run: from state to state',
    world: 'a payment run whose files are to be written',
    first: 'one process writes',
    second: 'another process writes',
    out: [runStep],
  },
  {
    name: 'claim: settled',
    world: 'a payment run that is to be settled',
    first: 'one process settles',
    second: 'somebody pays',
    out: [[/^update "IntSchema_Claim" set "PaymentStatus"/, /"PaymentStatus" is null$/, orNot]],
  },
  {
    name: 'top-up: settled',
    world: 'a payment run that is to be settled',
    first: 'one process settles',
    second: 'somebody pays',
    out: [[/^update "IntSchema_TopUp" set "PaymentStatus"/, /"PaymentStatus" = \?$/, orNot]],
  },
  {
    name: 'claim: paid by a recovered run, unless somebody has paid it',
    world: 'a payment run that the database has lost',
    first: 'an operator recovers',
    second: 'somebody pays a claim',
    out: [[recoveredClaim, /"PaymentStatus" is null/, orNot]],
  },
  {
    name: 'claim: paid by a recovered run, as many as were open',
    world: 'a payment run that the database has lost',
    first: 'an operator recovers',
    second: 'somebody pays a claim',
    out: [],
    counted: recoveredClaim,
  },
  {
    name: 'top-up: paid by a recovered run, unless somebody has paid it',
    world: 'a payment run that the database has lost',
    first: 'an operator recovers',
    second: 'somebody pays the top-up',
    out: [[recoveredTopUp, /"PaymentStatus" = \?$/, orNot]],
  },
  {
    name: 'payment run: recovered where it was stopped',
    world: 'a payment run that has stopped, and has paid what it had reserved',
    first: 'an operator recovers',
    second: 'another operator recovers',
    out: [[/^update "AsyncSchema_PaymentRun" set .*"DateFilesWritten"/, /"State" = \?$/, orNot]],
  },
  {
    name: 'payment run: tried again where it was stopped',
    world: 'a payment run that has stopped, and has paid what it had reserved',
    first: 'the run of 2024-03-13 has another try',
    second: 'an operator recovers',
    out: [[/^update "AsyncSchema_PaymentRun" set "State" = case/, /"State" = \?$/, orNot]],
  },
  {
    name: 'payment run: what it could not mark is marked, or let go of, by one at a time',
    world: 'a payment run that was recovered, and keeps what it could not mark',
    first: 'an operator recovers',
    second: 'an operator releases',
    out: [[/^update "AsyncSchema_PaymentRun" set "State" = "State"/, /"RunId" = \?/, '$& and 0']],
  },
  {
    name: 'payment: corrected',
    world: 'a payment run whose claims have new accounts',
    first: 'one process writes',
    second: 'another process writes',
    out: [runStep],
  },
]
