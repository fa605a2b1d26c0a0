import { z } from 'zod'
import { HttpSimulator, type Received } from './http-simulator.js'
import { json, parseJson, plain, type SimulatorRequest } from './http-messages.js'

const attribute = z.object({
  key: z.string(),
  value: z.object({
    stringValue: z.string().optional(),
    boolValue: z.boolean().optional(),
    intValue: z.union([z.number(), z.string().transform(Number)]).optional(),
    doubleValue: z.number().optional(),
  }),
})
const attributes = z
  .array(attribute)
  .default([])
  .transform((list): Record<string, string | number | boolean | undefined> =>
    Object.fromEntries(
      list.map(({ key, value }) => [
        key,
        value.stringValue ?? value.boolValue ?? value.intValue ?? value.doubleValue,
      ]),
    ),
  )
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`))
const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const

const span = z.object({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: z.union([hex(16), z.literal('').transform(() => undefined)]).optional(),
  name: z.string(),
  kind: z.int().transform((kind) => kinds[kind] ?? 'unspecified'),
  startTimeUnixNano: z.string().transform(BigInt),
  endTimeUnixNano: z.string().transform(BigInt),
  attributes,
  events: z.array(z.object({ name: z.string(), attributes })).default([]),
  links: z.array(z.object({ traceId: hex(32), spanId: hex(16) })).default([]),
  status: z.object({ code: z.int().default(0), message: z.string().optional() }).default({ code: 0 }),
})
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
})

/** A span as it was received, and whose it is. */
export type ReceivedSpan = z.infer<typeof span> & {
  readonly service: unknown
  readonly resource: z.infer<typeof attributes>
}

/** What one request brought. */
export interface OtlpCall {
  readonly spans: readonly ReceivedSpan[]
  readonly headers: Readonly<Record<string, unknown>>
  /** As it came. */
  readonly body: string
}

/** A collector of traces: OTLP over HTTP, in JSON. What is not OTLP it refuses with 400. */
export class OtlpReceiver extends HttpSimulator<OtlpCall> {
  constructor() {
    super('OTLP receiver')
  }

  /** Every span so far. */
  get spans(): readonly ReceivedSpan[] {
    return this.calls.flatMap((call) => call.spans)
  }

  override putAnswers(): void {
    throw new Error('a collector has no answers to choose from')
  }

  override resetAnswers(): void {
    // It has none.
  }

  protected override forgetWork(): void {
    // The calls are all there is.
  }

  protected override receive({ method, path, headers, body }: SimulatorRequest): Received<OtlpCall> {
    if (method !== 'POST' || path !== '/v1/traces') return { perform: () => plain(404) }
    const read = request.safeParse(parseJson(body))
    if (!read.success) return { perform: () => json(400, { message: z.prettifyError(read.error) }) }
    const spans = read.data.resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap((scope) =>
        scope.spans.map((each) => ({
          ...each,
          service: resource.attributes['service.name'],
          resource: resource.attributes,
        })),
      ),
    )
    return { call: { spans, headers, body }, perform: () => json(200, {}) }
  }
}
