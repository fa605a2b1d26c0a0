import { z } from 'zod'
import { deliveryState, endpointState, subjectKinds, targetFormats } from '#shared/contracts'
import { flowState } from '#shared/flows'
import { targetState } from '#shared/provisioning'

/** What the API answers, as schemas: the OpenAPI document has them, and a test holds real answers against it. */

const moment = z.string().describe('ISO 8601, UTC')
const londonTime = z.string().describe('London time, YYYY-MM-DD HH:MM:SS.mmm')

export const failure = z.object({ error: z.string().describe('Why, in one line') })

export const heldUp = z.object({ since: moment, reason: z.string() })

export const handlerStatus = z.object({
  name: z.string(),
  state: z.enum(['working', 'paused', 'upstream-out', 'starved']),
  stream: z.string().nullable(),
  present: z.boolean().describe('Whether the broker has its consumer'),
  fetching: z.int().describe('How many ask for its messages at this moment'),
  lag: z.int().describe('Waiting'),
  inFlight: z.int(),
  retried: z.int(),
  oldestMs: z.number().nullable(),
  lastAnswered: moment.nullable(),
  paused: heldUp.nullable(),
  upstreamOut: heldUp.extend({ until: moment, refused: z.literal(true).optional() }).nullable(),
  starved: z.string().nullable(),
  deadLetters: z.int(),
})

export const status = z.object({
  at: moment,
  nats: z.union([
    z.object({
      handlers: z.array(handlerStatus),
      streams: z.array(
        z.object({
          name: z.string(),
          present: z.boolean(),
          messages: z.int(),
          bytes: z.int(),
          oldestMs: z.number().nullable(),
          newestMs: z.number().nullable(),
          replicas: z.int(),
        }),
      ),
    }),
    z.object({ away: z.string() }),
  ]),
  database: z.union([
    z.object({
      outbox: z.object({ owed: z.int(), oldestMs: z.number().nullable() }),
      waiting: z.object({ count: z.int(), next: z.string().nullable() }),
      tasks: z.array(z.object({ schema: z.string(), status: z.string(), count: z.int() })),
      payments: z.array(z.object({ date: z.string(), state: z.string(), reason: z.string().nullable() })),
    }),
    z.object({ away: z.string() }),
  ]),
})

const task = z.object({ schema: z.string(), taskId: z.int(), run: z.int(), key: z.string().optional() })

export const deadLetter = z.object({
  sequence: z.int(),
  stored: moment,
  consumer: z.string(),
  reason: z.string(),
  messageId: z.string(),
  subject: z.string(),
  stream: z.string(),
  streamSequence: z.number().nullable(),
  deliveries: z.number().nullable(),
  reference: z.string().optional(),
  task: task.optional(),
})

export const deadLetters = z.object({
  total: z.int(),
  letters: z.array(deadLetter),
  groups: z.array(
    z.object({
      reason: z.string(),
      consumer: z.string(),
      subject: z.string(),
      count: z.int(),
      first: moment,
      last: moment,
      references: z.array(z.string()),
    }),
  ),
})

export const letterDetails = z.object({
  letter: deadLetter,
  verdict: z.enum(['reopen', 'publish', 'done-already', 'superseded', 'data-gone']),
  taskStatus: z.string().nullable(),
  keepsContract: z.boolean(),
})

/** Of any action, done or only looked at. */
export const performed = z.object({
  key: z.string().nullable().describe('Of its row among the actions; null where it was only looked at'),
  outcome: z.string().describe('What came of it, or would come of it, in one line'),
  repeated: z.boolean().describe('It was done before under this key, and this is the answer of then'),
})

export const recordedAction = z.object({
  id: z.int(),
  key: z.string(),
  person: z.string(),
  via: z.string(),
  action: z.string(),
  target: z.string(),
  reason: z.string().nullable(),
  state: z.enum(['STARTED', 'DONE', 'FAILED', 'REFUSED']),
  outcome: z.string().nullable(),
  started: londonTime,
  ended: londonTime.nullable(),
})

export const recordedActions = z.object({ actions: z.array(recordedAction) })

export const jobs = z.object({
  date: z.string(),
  jobs: z.array(
    z.object({
      job: z.string(),
      state: z.string(),
      due: londonTime.nullable(),
      fired: londonTime.nullable(),
      lastFired: londonTime.nullable(),
      next: londonTime.nullable(),
      when: z.string(),
      zone: z.string(),
      isDefault: z.boolean(),
      paused: z.boolean(),
      refused: z.string().nullable(),
      changed: z.object({ person: z.string(), reason: z.string(), date: londonTime }).nullable(),
      times: z.int().nullable(),
      consumers: z.array(
        z.object({
          consumer: z.string(),
          messageId: z.string().nullable(),
          state: z.string(),
          reason: z.string().nullable(),
          rows: z.int().nullable(),
          started: londonTime.nullable(),
          lastHeard: londonTime.nullable(),
          ended: londonTime.nullable(),
          tookMs: z.number().nullable(),
        }),
      ),
    }),
  ),
  lacks: z.string().optional(),
})

export const flow = z.object({
  flow: z.int(),
  kind: z.string(),
  key: z.string(),
  state: z.enum(Object.values(flowState)),
  reason: z.string().nullable(),
  run: z.int(),
  created: londonTime,
  ended: londonTime.nullable(),
  steps: z.array(
    z.object({
      step: z.string(),
      queued: z.int(),
      done: z.int(),
      failed: z.int(),
      started: londonTime.nullable(),
      ended: londonTime.nullable(),
      perMinute: z.int().optional().describe('Done in the last minute; of what is under way'),
      expected: londonTime.optional().describe('When it will have ended at that rate'),
    }),
  ),
})

const count = z.int()

export const webhookEndpoint = z.object({
  endpoint: z.string(),
  address: z.string(),
  events: z.array(z.string()),
  secrets: z.array(z.string()).describe('What they are called'),
  token: z.boolean(),
  state: z.enum(Object.values(endpointState)),
  reason: z.string().nullable(),
  changed: londonTime,
  deliveries: z.object({ QUEUED: count, DUE: count, DELIVERED: count, REFUSED: count, CANCELLED: count }),
  due: z
    .object({
      sequence: z.int(),
      since: londonTime.nullable(),
      failedTries: z.int(),
      reason: z.string().nullable(),
      isHeld: z.boolean().describe('Nobody tries it any more: it is a dead letter, and all behind it wait'),
    })
    .nullable(),
})

export const webhookEndpoints = z.object({ endpoints: z.array(webhookEndpoint) })

export const webhookEndpointDetails = z.object({
  endpoint: webhookEndpoint,
  deliveries: z.array(
    z.object({
      sequence: z.int(),
      webhookId: z.string(),
      event: z.string(),
      state: z.enum(Object.values(deliveryState)),
      reason: z.string().nullable(),
      occurred: londonTime,
      ended: londonTime.nullable(),
    }),
  ),
})

export const flows = z.object({ flows: z.array(flow) })

export const flowDetails = z.object({
  flow,
  failed: z
    .array(
      z.object({
        message: z.string(),
        step: z.string(),
        reason: z.string().nullable(),
        ended: londonTime.nullable(),
      }),
    )
    .describe('What was given up on, the first ones'),
})

export const targets = z.object({
  targets: z.array(
    z.object({
      name: z.string(),
      state: z.enum(Object.values(targetState)),
      reason: z.string().nullable(),
      held: londonTime.nullable(),
      probed: z
        .boolean()
        .describe('It is held because it failed, and is asked now and then whether it is back'),
      failedInARow: z.int(),
      wsdl: z.string(),
      format: z.enum(targetFormats),
      kinds: z.array(z.enum(subjectKinds)),
      credentials: z.string().nullable().describe('By which name they are in the file of these'),
      addressed: z.boolean(),
      wanted: z.int().describe('What it is to know of: users at an organisation, roles, organisations'),
      confirmed: z.int().describe('Of these, what it has confirmed as it is by now'),
      since: londonTime
        .nullable()
        .describe('When the first of the rest was changed; null where there is none'),
      failed: z.int().describe('Of the rest, what it could not be told when that was last tried'),
      reasons: z.record(z.string(), z.int()).describe('Why, and how often'),
    }),
  ),
})

export const journey = z.object({
  reference: z.string(),
  claims: z.array(
    z.object({
      schema: z.string(),
      claimId: z.int(),
      status: z.string(),
      submitted: londonTime.nullable(),
      updated: londonTime.nullable(),
    }),
  ),
  entries: z.array(z.looseObject({ what: z.string(), at: londonTime })),
  waiting: z.array(z.object({ id: z.string(), handler: z.string().nullable(), words: z.string() })),
  deadLetters: z.enum(['all', 'newest', 'none']),
  lacks: z.string().optional(),
})
