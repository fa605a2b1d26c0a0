import { z } from 'zod'
import { json, parseJson, type Reply, type SimulatorRequest } from './http-messages.js'
import { type MisbehaviourRule } from './misbehaviour.js'

/** Paths under this tell the simulator what to do; everything else is the upstream's own. */
export const CONTROL_PATH = '/__simulator'

/** What a simulator lets the control endpoints do. */
export interface Controllable<Call> {
  readonly calls: readonly Call[]
  readonly requests: number
  misbehave(rule: MisbehaviourRule<Call>): void
  behaveWell(): void
  forgetCalls(): void
  putAnswers(answers: unknown): void
  resetAnswers(): void
  reset(): void
}

const when = z.strictObject({
  times: z.int().positive().optional(),
  rate: z.number().min(0).max(1).optional(),
  matchText: z.string().min(1).optional(),
})

const rule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['slow', 'late', 'given-up']),
    ms: z.number().nonnegative(),
    when: when.optional(),
  }),
  z.strictObject({ kind: z.literal('refuse'), when: when.optional() }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    when: when.optional(),
  }),
  z.strictObject({ kind: z.literal('reset'), when: when.optional() }),
  z.strictObject({ kind: z.literal('garbage'), when: when.optional() }),
  z.strictObject({ kind: z.literal('answer-lost'), when: when.optional() }),
])

const rules = z.union([rule, z.array(rule)])

function toRule<Call>(sent: z.infer<typeof rule>): MisbehaviourRule<Call> {
  if (!sent.when) return { ...sent, when: undefined }
  const { times, rate, matchText } = sent.when
  const match = matchText && ((call: Call) => JSON.stringify(call).includes(matchText))
  return { ...sent, when: { times, rate, match: match || undefined } }
}

function putMisbehaviour<Call>(simulator: Controllable<Call>, body: string): void {
  const sent = rules.parse(parseJson(body))
  simulator.behaveWell()
  for (const each of Array.isArray(sent) ? sent : [sent]) simulator.misbehave(toRule(each))
}

function listCalls<Call>(simulator: Controllable<Call>, from: string | null): Reply {
  const { calls, requests } = simulator
  const listed = calls.slice(Number(from ?? 0) || 0)
  return json(200, { requests, total: calls.length, calls: listed })
}

function perform<Call>(simulator: Controllable<Call>, request: SimulatorRequest): Reply {
  switch (`${request.method} ${request.path.slice(CONTROL_PATH.length)}`) {
    case 'DELETE ':
      simulator.reset()
      break
    case 'PUT /misbehaviour':
      putMisbehaviour(simulator, request.body)
      break
    case 'DELETE /misbehaviour':
      simulator.behaveWell()
      break
    case 'GET /calls':
      return listCalls(simulator, request.query.get('from'))
    case 'DELETE /calls':
      simulator.forgetCalls()
      break
    case 'PUT /answers':
      simulator.putAnswers(parseJson(request.body))
      break
    case 'DELETE /answers':
      simulator.resetAnswers()
      break
    default:
      return json(404, { error: `No ${request.method} ${request.path} here` })
  }
  return json(200, { done: true })
}

/** Answers a control request: 200 when done, 400 with the reasons when its body is not understood. */
export function control<Call>(simulator: Controllable<Call>, request: SimulatorRequest): Reply {
  try {
    return perform(simulator, request)
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) })
    throw error
  }
}
