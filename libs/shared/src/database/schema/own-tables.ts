import { addedLater, bigint, bit, identity, int, longText, optional, text, time } from './columns.js'

/** The project's own tables. */
export const ownTables = {
  /** Which message is done at which consumer, and which one is being tried, or may be from when on (see `Inbox`). */
  'AsyncSchema.Inbox': {
    Consumer: text(100, { primaryKey: true }),
    MessageId: text(200, { primaryKey: true }),
    State: text(20),
    DateStarted: time(),
    DateDone: optional(time()),
    /** When the first try began that may have had its effect; null where there was none. */
    DateFirstTried: addedLater(optional(time())),
    /** Until when nobody else tries, in UTC by the database's clock; null where nobody has tried since script 0020. */
    DateBusyUntil: addedLater(optional(time())),
  },
  /** Every message this project owes: a run of a Task row, or a follow-up that has no Task row. */
  'AsyncSchema.Outbox': {
    OutboxId: identity(),
    MessageId: text(200, { unique: true }),
    Subject: text(100),
    Body: longText(),
    Traceparent: optional(text(55)),
    TaskSchema: optional(text(20)),
    TaskId: optional(int()),
    Run: optional(int()),
    State: text(20),
    Attempts: int(),
    LastReason: optional(text(100)),
    DateCreated: time(),
    /** When anything was last known of it: published, tried, found waiting in its stream. */
    DateLastHeard: time(),
    DatePublished: optional(time()),
    StreamSequence: optional(int()),
    DateEnded: optional(time()),
    /** Before it the message is not published; null where it is as soon as can be. */
    DateNotBefore: addedLater(optional(time())),
    /** The step of a flow whose item it is; of most messages there is none. */
    FlowStepId: addedLater(optional(int())),
  },
  /** Large work with an end: a chain of steps (see `flows`). */
  'AsyncSchema.Flow': {
    FlowId: identity(),
    Kind: text(50),
    /** What it is about; for each kind there is one flow of a key, for ever. */
    FlowKey: text(200),
    /** As JSON, for its handlers. */
    Input: longText(),
    State: text(30),
    /** Why it is held, or waits for a person. */
    Reason: optional(text(100)),
    /** One more each time that what had failed is done again after its end. */
    Run: int(),
    DateCreated: time(),
    /** Null while another one of its kind is under way. */
    DateStarted: optional(time()),
    /** When it was let go on: what failed before does not count. */
    DateResumed: optional(time()),
    DateEnded: optional(time()),
  },
  /** A step of a flow. Its items are the rows of the outbox with its number. */
  'AsyncSchema.FlowStep': {
    StepId: identity(),
    FlowId: int(),
    Position: int(),
    Name: text(50),
    /** Of the message that begins it. */
    Subject: text(100),
    /** The id of that message in this run; it is an item like the others. */
    MessageId: optional(text(200)),
    /** So many items that fail one after the other hold the flow. */
    HoldAfter: int(),
    /** Items, but for the message that begins it. */
    Queued: int(),
    /** The same, once it has ended. */
    Done: int(),
    Failed: int(),
    DateStarted: optional(time()),
    /** A person let it remove as much as it wants to. */
    DateApproved: optional(time()),
    DateEnded: optional(time()),
  },
  /** The prisons, as the register has them. Nobody deletes a row: claims name it. The web apps read this table. */
  'AsyncSchema.Prison': {
    /** What a prisoner's row names it by. */
    Name: text(100, { primaryKey: true }),
    /** As it is shown. */
    DisplayName: text(100),
    Region: text(10),
    /** Empty where it has none. */
    Postcode: text(10),
    /** When it went from the register; null where it is in it. */
    DateClosed: optional(time()),
  },
  /** What an import of the register is to change, until all of it is taken over at once (see `apps/register-importer`). */
  'AsyncSchema.PrisonChange': {
    ChangeId: identity(),
    /** The import. */
    FlowId: int(),
    /** All that a row of prisons has, as it is to be. */
    Name: text(100),
    DisplayName: text(100),
    Region: text(10),
    Postcode: text(10),
    /** It has gone from the register. */
    IsClosed: bit(),
    /** It was looked at, and can be taken over. */
    IsTaken: bit(),
  },
  /** What operators say of when a job is due. One row for each job, which no start-up changes or deletes. */
  'AsyncSchema.Schedule': {
    Job: text(50, { primaryKey: true }),
    /** As `every 15m`; null where the code and the settings say when. */
    Expression: optional(text(100)),
    TimeZone: optional(text(50)),
    State: text(20),
    /** Who said so last, why and when; null where nobody did. */
    Person: optional(text(100)),
    Reason: optional(text(200)),
    DateChanged: optional(time()),
    /** The slot of its last run that came so long after a start. */
    LastStart: optional(text(10)),
    DateCreated: time(),
  },
  /** Which job was fired for which run: its date, or the second at which it was due, from 1970 on. */
  'AsyncSchema.ScheduleRun': {
    Job: text(50, { primaryKey: true }),
    RunDate: text(10, { primaryKey: true }),
    DateDue: time(),
    DateFired: time(),
  },
  /** How far a consumer's run over many rows has come, and how it ended (see `PagedJob`). */
  'AsyncSchema.JobRun': {
    Consumer: text(100, { primaryKey: true }),
    MessageId: text(200, { primaryKey: true }),
    RunDate: text(10),
    /** What is done is done in stages; within one, by the rows' key, upwards. */
    Stage: int(),
    LastKey: int(),
    RowsChanged: int(),
    State: text(20),
    LastReason: optional(text(100)),
    DateStarted: time(),
    DateLastHeard: time(),
    DateEnded: optional(time()),
  },
  /**
   * The database was restored: from when the copy was, and the last numbers in it as that was written down. What has a
   * higher one nobody can have dealt with in the time that was lost.
   */
  'AsyncSchema.Restoration': {
    DateCopied: time({ primaryKey: true }),
    DateRecorded: time(),
    LastOutboxId: int(),
    LastExternalTaskId: int(),
    LastInternalTaskId: int(),
  },
  /** What operators did, by whatever way, and what was refused to them (see `Actions`). Kept for good. */
  'AsyncSchema.OperatorAction': {
    ActionId: identity(),
    /** Given by whoever asks, so that asking again is no second action. */
    ActionKey: text(100, { unique: true }),
    Person: text(100),
    /** The console, its API, or the command line. */
    Via: text(20),
    Action: text(50),
    /** What it is about: ids, names and codes. */
    Target: text(200),
    /** The same in full, as JSON. */
    Input: longText(),
    Reason: optional(text(200)),
    State: text(20),
    /** What came of it, in one line. */
    Outcome: optional(text(400)),
    /** What came of it, as JSON. */
    Result: optional(longText()),
    DateStarted: time(),
    DateEnded: optional(time()),
  },
  /**
   * Task rows that failed and that nobody is to look at any more. Of this failure: a row that fails once more counts
   * again.
   */
  'AsyncSchema.TaskClosed': {
    TaskSchema: text(20, { primaryKey: true }),
    /** Its `TaskId`. */
    ClosedId: int({ primaryKey: true }),
    Person: text(100),
    Reason: text(200),
    DateClosed: time(),
    /**
     * When the row had failed, or else was created, as it says itself; null where it was closed before script 0022: then
     * what failed until `DateClosed` is meant.
     */
    DateFailed: addedLater(optional(time())),
  },
  /** Emails that go to the visitor's address of today, and not to the one that their task names. */
  'AsyncSchema.Readdressed': {
    MessageId: text(200, { primaryKey: true }),
    Person: text(100),
    DateRecorded: time(),
  },
  /**
   * What became of what was handed over to Notify. Nothing of the recipient; whose claim it is about, and which Task row asked
   * for it.
   */
  'AsyncSchema.Notification': {
    MessageId: text(200, { primaryKey: true }),
    /** Notify's own id. */
    NotifyId: text(36),
    Channel: text(10),
    /** A key of the file of templates, or the name of a template's setting. */
    Template: text(100),
    State: text(20),
    Reference: optional(text(10)),
    EligibilityId: optional(int()),
    ClaimId: optional(int()),
    TaskSchema: optional(text(20)),
    TaskId: optional(int()),
    DateSent: time(),
    /** When Notify is asked next; of one that failed for the time being: when it is sent anew. Null where nothing follows. */
    DateNextLook: optional(time()),
    /** When its state was known. */
    DateEnded: optional(time()),
    /** When its Task row was set to run once more, because it had failed for the time being. */
    DateSentAnew: optional(time()),
  },
  /** Another system that asked to be told of events. */
  'AsyncSchema.WebhookEndpoint': {
    EndpointId: identity(),
    /** What operators call it. */
    Name: text(50, { unique: true }),
    Address: text(500),
    /** What its secret is called in the file of secrets; what is signed with it is never here. */
    Secret: text(50),
    /** Of a second one that is valid, too, while one is changed for the other. */
    OtherSecret: optional(text(50)),
    /** Its receiver wants a bearer token, too. */
    WithToken: bit(),
    State: text(20),
    StateReason: optional(text(100)),
    /** Its deliveries are numbered from 1 on, for good. */
    LastSequence: int(),
    /** Until then a request may be under way there, by the database's clock in UTC; null where none is. */
    DateBusyUntil: optional(time()),
    DateCreated: time(),
    DateChanged: time(),
  },
  /** What an endpoint is to be told of. One that has ended has none. */
  'AsyncSchema.WebhookSubscription': {
    EndpointId: int({ primaryKey: true }),
    Event: text(50, { primaryKey: true }),
  },
  /** Something that happened, and that somebody had subscribed to when it did. */
  'AsyncSchema.WebhookEvent': {
    EventId: identity(),
    /** As receivers know it: the same at each of them, and each time that it is sent. */
    WebhookId: text(50, { unique: true }),
    Event: text(50),
    /** Ids, codes and counts, as JSON. */
    Data: longText(),
    /** Of the claim that it is about, for its journey. */
    Reference: optional(text(10)),
    DateOccurred: time(),
    /** When it was queued at each endpoint that had subscribed to it. */
    DateQueued: optional(time()),
  },
  /** An event for an endpoint. Each endpoint has its own in one order, and one of them at a time is due. */
  'AsyncSchema.WebhookDelivery': {
    EndpointId: int({ primaryKey: true }),
    Sequence: int({ primaryKey: true }),
    EventId: int(),
    State: text(20),
    /** How often it has become due. */
    Run: int(),
    /** Of the message by which it is due, or was. */
    MessageId: optional(text(200)),
    LastReason: optional(text(100)),
    DateQueued: time(),
    DateDue: optional(time()),
    DateEnded: optional(time()),
    /** Since when it is tried in vain; null before, and where somebody is to say that it is tried again. */
    DateFirstTried: addedLater(optional(time())),
  },
  /** Other systems that are told of users, roles and organisations, and how (see `apps/provisioner`). */
  'AsyncSchema.ProvisioningTarget': {
    TargetId: identity(),
    Name: text(40, { unique: true }),
    /** Where it describes itself. */
    WsdlUrl: text(400),
    Format: text(20),
    /** What it is told of, with commas between. */
    Kinds: text(60),
    /** By which name its user name and password are in the file of these; null where it asks for none. */
    Credentials: optional(text(40)),
    /** Whether requests say where they go and what they want. */
    IsAddressed: bit(),
    State: text(20),
    /** Why it is held. */
    Reason: optional(text(100)),
    /** Requests that failed one after the other, for reasons that are the target's and not the subject's. */
    FailedInARow: int(),
    /** Of a target that is held because it failed: the message that goes on asking it. */
    ProbeMessageId: optional(text(200)),
    /** How often it was filled. */
    Fills: int(),
    DateCreated: time(),
    DateChanged: time(),
    DateHeld: optional(time()),
  },
  /** What is so by now of a user, a role or an organisation. Personal data. */
  'AsyncSchema.ProvisioningSubject': {
    SubjectId: identity(),
    Kind: text(20),
    /** What it is called by those who tell us. */
    SubjectKey: text(100),
    /** One more with each change. */
    Version: int(),
    /** As JSON: what was last said of it. */
    State: longText(),
    IsAbsent: bit(),
    /** When it was said last, and by which Task row, where it was one: what was said before that comes too late. */
    DateSaid: time(),
    TaskSchema: optional(text(20)),
    TaskId: optional(int()),
    DateChanged: time(),
  },
  /** What a target is to know of a subject, and what it has confirmed. Personal data. */
  'AsyncSchema.ProvisioningEntry': {
    EntryId: identity(),
    TargetId: int(),
    SubjectId: int(),
    /** Of a user: the organisation at which. Empty of others. */
    Part: text(100),
    /** As JSON: what is to be said, or was last, of one that is gone. */
    Wanted: longText(),
    IsAbsent: bit(),
    /** One more with each change of what is wanted. */
    WantedVersion: int(),
    /** The version that was last said to it, heard or not. */
    SentVersion: optional(int()),
    /** The version that it has last confirmed; 0 where it has none. */
    ConfirmedVersion: int(),
    /** Whether the target has it: no, maybe (it was told to make it, and nobody knows), yes. */
    AtTarget: text(10),
    /** The message by which it is owed; null where nothing is. */
    MessageId: optional(text(200)),
    /** How many such messages there were. */
    Messages: int(),
    /** Why it was not confirmed when it was last tried. */
    Reason: optional(text(100)),
    DateChanged: time(),
    DateConfirmed: optional(time()),
  },
  /** Rows that a consumer's run could not deal with: it went on without them, and comes back to them at its end. */
  'AsyncSchema.JobRowLeft': {
    Consumer: text(100, { primaryKey: true }),
    MessageId: text(200, { primaryKey: true }),
    Stage: int({ primaryKey: true }),
    RowKey: int({ primaryKey: true }),
    Reason: text(100),
    DateFailed: time(),
  },
  /** Documents of the external schema whose stored file could not be deleted: tried again the next day. */
  'AsyncSchema.FileToDelete': {
    ClaimDocumentId: int({ primaryKey: true }),
    DateFailed: time(),
  },
  /** The payment run of a day: a state machine (see `apps/payment-run`). Amounts in whole pence. */
  'AsyncSchema.PaymentRun': {
    RunId: text(50, { primaryKey: true }),
    RunDate: text(10),
    /** London time when the run was begun, `YYYYMMDDHHmmss`: in the names of its files, and so no other run's. */
    Stamp: text(14, { unique: true }),
    State: text(20),
    /** How far a state that works page by page has come. */
    Stage: int(),
    LastKey: int(),
    ClaimsPaid: int(),
    TopUpsPaid: int(),
    /** Of a year's worth of payments, too: an `int` ends at twenty-one million pounds. */
    TotalPence: bigint(),
    LeftOut: int(),
    LastReason: optional(text(100)),
    DateStarted: time(),
    DateReserved: optional(time()),
    DateFilesWritten: optional(time()),
    DateSettled: optional(time()),
  },
  /** What a payment run pays, and what it left out. Bank data is here only from reservation to settlement. */
  'AsyncSchema.Payment': {
    PaymentId: identity(),
    RunId: text(50),
    Kind: text(10),
    /** `ClaimId` or `TopUpId`. */
    ItemId: int(),
    ClaimId: int(),
    Reference: text(10),
    /** Whole pence. */
    Amount: int(),
    SortCode: optional(text(6)),
    AccountNumber: optional(text(8)),
    NameOnAccount: optional(text(100)),
    RollNumber: optional(text(30)),
    Country: optional(text(100)),
    State: text(20),
    Reason: optional(text(100)),
  },
} as const
