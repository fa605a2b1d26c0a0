import { z } from 'zod'
import { dayOf, toLondon } from '#shared/clock'
import { deliveryState, jobNames, scheduleBody } from '#shared/contracts'
import { allConsumers } from '#shared/messaging'
import {
  actionNames,
  actions,
  failedItems,
  handlerName,
  hasJourney,
  OperationFailed,
  readDay,
  readFlows,
  readDeliveries,
  readEndpoints,
  readJourney,
  targetGiven,
  targetName,
  waitsFor,
  type Action,
  type ActionName,
  type HandlerStatus,
  type InputOf,
  type ResultOf,
  type ServerStatus,
} from '#shared/operations'
import { targetStandings, type TargetStanding } from '#shared/provisioning'
import { actionNamed, inputGiven } from '../http/action-input.js'
import { Refusal } from '../http/request.js'
import { groupsOf, ofGroup } from '../snapshot/letter-groups.rules.js'
import * as answers from './answers.js'
import type { ApiParts } from './api-parts.js'
import { route, type Call, type Route } from './route.js'

const nothing = z.object({})
const limit = z.coerce.number().int().min(1).max(1_000).default(100)
const reasonGiven = z.string().min(1).max(200).optional()
const selection = actions['retry-dead-letters'].input

const handlers = route({
  ...{ method: 'get', url: '/handlers', id: 'listHandlers', summary: 'How each handler stands' },
  ...{ path: nothing, query: nothing, body: nothing },
  answer: z.object({ handlers: z.array(answers.handlerStatus) }),
  run: async (_, parts) => ({ handlers: handlersOf(await serverOf(parts)) }),
})

const patchHandler = route({
  ...{ method: 'patch', url: '/handlers/{name}', id: 'changeHandler', query: nothing },
  summary: 'Pause a handler, or let it go on: for a pipeline, before and after a release',
  path: z.object({ name: handlerName }),
  body: z.strictObject({ state: z.enum(['paused', 'running']), reason: reasonGiven }),
  answer: answers.performed,
  run: (call, parts) => {
    const { body, path } = call
    const name = body.state === 'paused' ? 'pause-handler' : 'resume-handler'
    return perform(parts, call, { name, input: { handler: path.name }, reason: body.reason })
  },
})

const status = route({
  ...{ method: 'get', url: '/status', id: 'status', path: nothing, query: nothing, body: nothing },
  summary: 'How everything stands; a few seconds old at most',
  answer: answers.status,
  run: async (_, { snapshots }) => {
    const { at, server, database } = await snapshots.get()
    const nats =
      'found' in server ? { handlers: handlersOf(server.found), streams: server.found.streams } : server
    return { at, nats, database: 'found' in database ? database.found : database }
  },
})

const listLetters = route({
  ...{ method: 'get', url: '/dead-letters', id: 'listDeadLetters', path: nothing, body: nothing },
  summary: 'What handlers gave up on: the groups, and the newest of them one by one',
  query: z.object({
    consumer: z.string().optional(),
    reason: z.string().optional(),
    subject: z.string().optional(),
    limit,
  }),
  answer: answers.deadLetters,
  run: async ({ query: { limit: most, ...chosen } }, { index, nats }) => {
    const away = await nats.whyUnavailable()
    if (away !== undefined) throw new Refusal(503, `NATS cannot be asked: ${away}`)
    const meant = ofGroup((await nats.unlessSilent(index.all())).letters, withoutUndefined(chosen))
    return { total: meant.length, letters: meant.slice(-most), groups: groupsOf(meant) }
  },
})

const showLetter = route({
  ...{ method: 'get', url: '/dead-letters/{sequence}', id: 'showDeadLetter', query: nothing, body: nothing },
  summary: 'One dead letter, and what a retry would come to',
  path: z.object({ sequence: z.coerce.number().int().min(1) }),
  answer: answers.letterDetails,
  run: async ({ path }, { letters, nats }) => {
    const shown = nats.unlessSilent(letters.show(path.sequence))
    const { letter, verdict, taskStatus = null, body } = await shown
    return { letter, verdict, taskStatus, keepsContract: body.keepsContract }
  },
})

const previewLetters = route({
  ...{
    method: 'post',
    url: '/dead-letters/preview',
    id: 'previewDeadLetters',
    path: nothing,
    query: nothing,
  },
  summary: 'What retrying dead letters would come to; changes nothing',
  body: selection,
  answer: answers.performed,
  run: ({ body }, parts) => preview(parts, 'retry-dead-letters', body),
})

const changeLetters = (name: 'retry-dead-letters' | 'discard-dead-letters', id: string, word: string) =>
  route({
    ...{ method: 'post', url: `/dead-letters/${word}`, id, path: nothing, query: nothing },
    summary: `${actions[name].title}, by their numbers or a filter`,
    body: selection,
    answer: answers.performed,
    run: (call, parts) => perform(parts, call, { name, input: call.body }),
  })

const listJobs = route({
  ...{ method: 'get', url: '/jobs', id: 'listJobs', path: nothing, body: nothing },
  summary: 'A day of jobs: due, fired, and how each run ended',
  query: z.object({ date: scheduleBody.schema.shape.date.optional() }),
  answer: answers.jobs,
  run: async ({ query }, parts) => {
    const { env, connection, clock } = parts
    const nats = await parts.natsOrAway()
    const now = clock.instant()
    const date = query.date ?? dayOf(toLondon(now))
    return { date, ...(await readDay({ env, connection, nats }, date, now)) }
  },
})

const fireJob = route({
  ...{ method: 'post', url: '/jobs/{job}/fire', id: 'fireJob', query: nothing },
  summary: 'Fire a job for a date, once',
  path: z.object({ job: z.enum(jobNames) }),
  body: z.strictObject({
    date: scheduleBody.schema.shape.date,
    again: z.boolean().default(false),
    longAgo: z.boolean().default(false),
    reason: reasonGiven,
  }),
  answer: answers.performed,
  run: (call, parts) => {
    const { reason, ...more } = call.body
    return perform(parts, call, { name: 'fire-job', input: { job: call.path.job, ...more }, reason })
  },
})

const patchJob = route({
  ...{ method: 'patch', url: '/jobs/{job}', id: 'changeJob', query: nothing },
  summary: 'Pause a job, let it go on, or have it due at other times; one of them, with the reason',
  path: z.object({ job: z.enum(jobNames) }),
  body: z.union([
    z.strictObject({ state: z.enum(['paused', 'active']), reason: z.string().min(1).max(200) }),
    z.strictObject({
      when: z.string().min(1).max(100).nullable(),
      zone: z.string().min(1).max(50).nullable().default(null),
      reason: z.string().min(1).max(200),
    }),
  ]),
  answer: answers.performed,
  run: (call, parts) => {
    const { job } = call.path
    const { reason } = call.body
    if ('when' in call.body) {
      const { when, zone } = call.body
      return perform(parts, call, { name: 'change-job', input: { job, when, zone }, reason })
    }
    const name = call.body.state === 'paused' ? 'pause-job' : 'resume-job'
    return perform(parts, call, { name, input: { job }, reason })
  },
})

const listFlows = route({
  ...{ method: 'get', url: '/flows', id: 'listFlows', path: nothing, body: nothing },
  summary: 'Large work: how far each is, the newest first',
  query: z.object({ limit }),
  answer: answers.flows,
  run: async ({ query }, { connection, clock }) => ({
    flows: await readFlows(connection, clock.instant(), query),
  }),
})

const showFlow = route({
  ...{ method: 'get', url: '/flows/{flow}', id: 'showFlow', body: nothing },
  summary: 'One of them, and what failed of it',
  path: z.object({ flow: z.coerce.number().int().min(1).max(2_147_483_647) }),
  query: z.object({ limit }),
  answer: answers.flowDetails,
  run: async ({ path, query }, { connection, clock }) => {
    const [found] = await readFlows(connection, clock.instant(), { limit: 1, flow: path.flow })
    if (!found) throw new Refusal(404, 'there is no such large work')
    return { flow: found, failed: await failedItems(connection, path.flow, query.limit) }
  },
})

const listEndpoints = route({
  ...{ method: 'get', url: '/webhooks', id: 'listWebhookEndpoints', path: nothing, query: nothing },
  ...{ body: nothing, summary: 'Where events are sent: how each endpoint stands' },
  answer: answers.webhookEndpoints,
  run: async (_, { connection }) => ({ endpoints: await readEndpoints(connection) }),
})

const showEndpoint = route({
  ...{ method: 'get', url: '/webhooks/{name}', id: 'showWebhookEndpoint', body: nothing },
  summary: 'One of them, and its newest deliveries',
  path: z.object({ name: z.string().max(50) }),
  query: z.object({ limit, state: z.enum(Object.values(deliveryState)).optional() }),
  answer: answers.webhookEndpointDetails,
  run: async ({ path, query }, { connection }) => {
    const [found] = await readEndpoints(connection, path.name)
    if (!found) throw new Refusal(404, 'there is no such endpoint')
    return { endpoint: found, deliveries: await readDeliveries(connection, path.name, query) }
  },
})

const listTargets = route({
  ...{ method: 'get', url: '/targets', id: 'listTargets', path: nothing, query: nothing, body: nothing },
  summary:
    'The systems that are told of users, roles and organisations: how far each is, and why what failed',
  answer: answers.targets,
  run: async (_, { connection }) => ({ targets: (await targetStandings(connection)).map(toldOf) }),
})

const postTarget = route({
  ...{ method: 'post', url: '/targets/{target}', id: 'setTarget', query: nothing },
  summary: 'Set one up, or say anew how it is told; either way it is told of all that it has not confirmed',
  path: z.object({ target: targetName }),
  body: targetGiven.extend({ reason: z.string().min(1).max(200) }),
  answer: answers.performed,
  run: (call, parts) => {
    const { reason, ...given } = call.body
    return perform(parts, call, { name: 'set-target', input: { ...call.path, ...given }, reason })
  },
})

const patchTarget = route({
  ...{ method: 'patch', url: '/targets/{target}', id: 'changeTarget', query: nothing },
  summary: 'Hold one, let it go on, or have it told again of all that it has not confirmed',
  path: z.object({ target: targetName }),
  body: z.strictObject({ state: z.enum(['held', 'active', 'filled']), reason: reasonGiven }),
  answer: answers.performed,
  run: (call, parts) => {
    const { state, reason } = call.body
    const names = { held: 'hold-target', active: 'resume-target', filled: 'fill-target' } as const
    return perform(parts, call, { name: names[state], input: call.path, reason })
  },
})

const journey = route({
  ...{ method: 'get', url: '/journeys/{reference}', id: 'journey', query: nothing, body: nothing },
  summary:
    'What happened to everything under a reference, or to a Task row (`IntSchema.Task.12`), and what it waits for',
  path: z.object({ reference: z.string().refine(hasJourney) }),
  answer: answers.journey,
  run: async ({ path }, parts) => {
    const { connection, snapshots } = parts
    const found = await readJourney(connection, await parts.natsOrAway(), path.reference)
    if (!found.claims.length && !found.entries.length)
      throw new Refusal(404, `nothing is known of ${path.reference}`)
    const { server } = await snapshots.get()
    const statuses = 'found' in server ? server.found.handlers : undefined
    return { ...found, waiting: waitsFor(found.entries, allConsumers(), statuses) }
  },
})

const listActions = route({
  ...{ method: 'get', url: '/actions', id: 'listActions', path: nothing, body: nothing },
  summary: 'What was done, by whom and why; the newest first',
  query: z.object({ before: z.coerce.number().int().min(1).optional(), limit }),
  answer: answers.recordedActions,
  run: async ({ query }, { rows }) => ({ actions: await rows.newest(query.limit, query.before) }),
})

const showAction = route({
  ...{ method: 'get', url: '/actions/{key}', id: 'showAction', query: nothing, body: nothing },
  summary: 'One action',
  path: z.object({ key: z.string().min(1).max(100) }),
  answer: answers.recordedAction,
  run: async ({ path }, { rows }) => {
    const found = await rows.byKey(path.key)
    if (!found) throw new Refusal(404, 'there is no such action')
    // What it was about and what came of it in full are for the pages.
    const { input, result, ...action } = found
    void [input, result]
    return action
  },
})

const hasOwnPage = (name: ActionName): boolean => (actions[name] as { ownPage?: true }).ownPage === true
const offered = actionNames.filter((name) => !hasOwnPage(name)) as [ActionName, ...ActionName[]]

/** Every action by its name: what has no route of its own has this one. */
const performAny = route({
  ...{ method: 'post', url: '/actions/{name}', id: 'performAction', query: nothing },
  summary:
    'Carry out an action; `dryRun` only says what it would come to. Files of payments are handed over by the console alone, to people of the role finance',
  path: z.object({ name: z.enum(offered) }),
  body: z.strictObject({
    input: z.looseObject({}),
    reason: reasonGiven,
    dryRun: z.boolean().default(false),
  }),
  answer: answers.performed,
  run: (call, parts) => {
    const { name } = call.path
    const input = inputGiven(name, call.body.input)
    if (call.body.dryRun) return preview(parts, name, input)
    return perform(parts, call, { name, input, reason: call.body.reason })
  },
})

/** In the order in which they are looked through: of two that mean a path, the first. */
export const routes: readonly Route[] = [
  status,
  handlers,
  patchHandler,
  listLetters,
  previewLetters,
  changeLetters('retry-dead-letters', 'retryDeadLetters', 'retry'),
  changeLetters('discard-dead-letters', 'discardDeadLetters', 'discard'),
  showLetter,
  listJobs,
  fireJob,
  patchJob,
  listFlows,
  showFlow,
  listEndpoints,
  showEndpoint,
  listTargets,
  postTarget,
  patchTarget,
  journey,
  listActions,
  showAction,
  performAny,
]

/** Carries out an action for whoever may. @throws Refusal where they may not */
async function perform<Name extends ActionName>(
  { actions: service, index }: ApiParts,
  { actor, key, may }: Call<unknown, unknown, unknown>,
  asked: { readonly name: Name; readonly input: InputOf<Name>; readonly reason?: string | undefined },
) {
  const { name, input, reason } = asked
  const given = {
    ...{ name, input, actor },
    ...(reason === undefined ? {} : { reason }),
    ...(key === undefined ? {} : { key }),
  }
  const { role, title } = actionNamed(name).action
  if (!may(role)) {
    await service.refuse(given)
    throw new Refusal(403, `to ${title} is for the role ${role}`)
  }
  const { key: recorded, words, repeated } = await service.perform(given)
  index.forget()
  return { key: recorded, outcome: words, repeated }
}

async function preview<Name extends ActionName>(
  { actions: service, nats }: ApiParts,
  name: Name,
  input: InputOf<Name>,
) {
  const action = actions[name] as unknown as Action<InputOf<Name>, ResultOf<Name>>
  return {
    key: null,
    outcome: action.words(await nats.unlessSilent(service.preview(name, input)), input),
    repeated: false,
  }
}

async function serverOf({ snapshots }: ApiParts): Promise<ServerStatus> {
  const { server } = await snapshots.get()
  if ('away' in server) throw new OperationFailed(`NATS cannot be asked: ${server.away}`)
  return server.found
}

const handlersOf = ({ handlers: found, deadLetters }: ServerStatus) =>
  found.map(({ delivered: _, ...handler }) => ({
    ...handler,
    state: stateOf(handler),
    deadLetters: deadLetters[handler.name] ?? 0,
  }))

function stateOf({ paused, upstreamOut, starved }: Omit<HandlerStatus, 'delivered'>) {
  if (paused) return 'paused'
  if (upstreamOut) return 'upstream-out'
  return starved === null ? 'working' : 'starved'
}

const withoutUndefined = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))

/** Without what is ours alone. */
const toldOf = ({ targetId: _, probe, ...target }: TargetStanding) => ({ ...target, probed: probe !== null })
