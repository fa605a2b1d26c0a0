import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: 'path' | 'query' | 'header' }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content: Content }>>
}
type Content = { readonly 'application/json': { readonly schema: object } }

interface OpenApiDocument {
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** What an operation is called with. */
export interface Given {
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: object
  readonly key?: string
}

export interface Answered {
  readonly status: number
  readonly body: Record<string, unknown>
}

/**
 * A client made of an OpenAPI document, which knows nothing else of the API: it calls operations by their names, sends what
 * the document has room for, and takes no answer that is not as the document says.
 */
export class OpenApiClient {
  private readonly ajv = new Ajv2020({ strict: false })
  private readonly validators = new Map<object, ValidateFunction>()

  private constructor(
    private readonly at: string,
    private readonly document: OpenApiDocument,
  ) {}

  static async of(at: string): Promise<OpenApiClient> {
    const answer = await fetch(`${at}/api/v1/openapi.json`)
    return new OpenApiClient(at, (await answer.json()) as OpenApiDocument)
  }

  get operations(): string[] {
    return this.all().map(({ operation }) => operation.operationId)
  }

  /** @throws where the document has no such operation, no room for what is given, or another answer */
  async call(id: string, token: string, { path = {}, query = {}, body, key }: Given = {}): Promise<Answered> {
    const found = this.all().find(({ operation }) => operation.operationId === id)
    if (!found) throw new Error(`the document has no ${id}`)
    const { operation, method, url } = found
    this.refuseUnknown(operation, { path, query })
    if (body) this.assertFits(`the body of ${id}`, operation.requestBody?.content, body)
    const filled = url.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])))
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    )
    const answer = await fetch(`${this.at}${this.document.servers[0]?.url}${filled}?${search.toString()}`, {
      method: method.toUpperCase(),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const told = (await answer.json()) as Record<string, unknown>
    const response = operation.responses[String(answer.status)] ?? operation.responses['default']
    this.assertFits(`the answer ${answer.status} of ${id}`, response?.content, told)
    return { status: answer.status, body: told }
  }

  private all() {
    return Object.entries(this.document.paths).flatMap(([url, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ url, method, operation })),
    )
  }

  private refuseUnknown({ operationId, parameters = [] }: Operation, given: Pick<Given, 'path' | 'query'>) {
    for (const place of ['path', 'query'] as const)
      for (const name of Object.keys(given[place] ?? {}))
        if (!parameters.some((each) => each.in === place && each.name === name))
          throw new Error(`${operationId} has no ${name} in its ${place}`)
  }

  private assertFits(what: string, content: Content | undefined, value: object): void {
    const schema = content?.['application/json'].schema ?? false
    if (schema === false) throw new Error(`the document does not know ${what}`)
    const validate = this.validators.get(schema) ?? this.ajv.compile(schema)
    this.validators.set(schema, validate)
    if (!validate(value))
      throw new Error(`${what} is not as the document says: ${this.ajv.errorsText(validate.errors)}`)
  }
}
