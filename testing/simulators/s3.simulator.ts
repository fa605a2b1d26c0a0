import { createHash } from 'node:crypto'
import { z } from 'zod'
import { HttpSimulator, type Received } from './http-simulator.js'
import { plain, type Reply, type SimulatorRequest } from './http-messages.js'

const METHODS = ['PUT', 'GET', 'HEAD', 'DELETE'] as const
type Method = (typeof METHODS)[number]

/** A request for an object, whether there is such an object or not. */
export interface S3Call {
  method: Method
  bucket: string
  key: string
}

/** An object as the store holds it. */
export interface S3Object {
  body: Buffer
  contentType: string
  /** As it was asked for: `AES256`, `aws:kms`; null if it was not. */
  encryption: string | null
}

export interface S3Options {
  random?: (() => number) | undefined
}

const ERROR_CODES: Record<number, string> = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  412: 'PreconditionFailed',
  500: 'InternalError',
  501: 'NotImplemented',
  503: 'SlowDown',
}
const ENCRYPTION = 'x-amz-server-side-encryption'
const EMPTY: Reply = { status: 200, contentType: 'application/xml', body: '' }

const isMethod = (method: string): method is Method => (METHODS as readonly string[]).includes(method)
const header = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' ? value : null

/** As S3 has it of objects stored in one piece. */
const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`

/** The bucket and the key of `/bucket/key`; undefined where there is no key. */
function parsePath(path: string): { bucket: string; key: string } | undefined {
  const [, bucket, encoded] = /^\/([^/]+)\/(.+)$/.exec(path) ?? []
  try {
    return bucket && encoded ? { bucket, key: decodeURIComponent(encoded) } : undefined
  } catch {
    return undefined
  }
}

/**
 * S3 as far as single objects and their listing go, in path style. Deleting what is not there succeeds, as it does
 * there.
 */
export class S3Simulator extends HttpSimulator<S3Call> {
  readonly #objects = new Map<string, S3Object>()
  /** Names on one page of a listing. */
  pageSize = 1_000

  constructor(options: S3Options = {}) {
    super('S3', options.random)
  }

  /** The objects there are, by `bucket/key`. */
  get objects(): ReadonlyMap<string, S3Object> {
    return this.#objects
  }

  /** Places an object as if somebody had stored it before. */
  put(bucket: string, key: string, body: string | Buffer): void {
    const object = { body: Buffer.from(body), contentType: 'application/octet-stream', encryption: null }
    this.#objects.set(`${bucket}/${key}`, object)
  }

  override putAnswers(answers: unknown): void {
    z.strictObject({}).parse(answers)
  }

  override resetAnswers(): void {
    // There is only one answer.
  }

  protected override forgetWork(): void {
    this.#objects.clear()
  }

  protected override errorReply(status: number): Reply {
    const code = ERROR_CODES[status] ?? 'Error'
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`
    return { ...plain(status), contentType: 'application/xml', body }
  }

  protected override receive(request: SimulatorRequest): Received<S3Call> {
    const { method, path, headers } = request
    if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential='))
      return { perform: () => this.errorReply(403) }
    const listed = method === 'GET' && request.query.get('list-type') === '2' && /^\/([^/]+)\/?$/.exec(path)
    // A listing is about no object: it is a request, and no call.
    if (listed) return { perform: () => this.#list(listed[1] ?? '', request.query) }
    const place = parsePath(path)
    if (!place || !isMethod(method)) return { perform: () => this.errorReply(501) }
    return { call: { method, ...place }, perform: () => this.#perform(method, request, place) }
  }

  #perform(method: Method, request: SimulatorRequest, place: { bucket: string; key: string }): Reply {
    const name = `${place.bucket}/${place.key}`
    switch (method) {
      case 'PUT':
        if (request.headers['if-none-match'] === '*' && this.#objects.has(name)) return this.errorReply(412)
        this.#objects.set(name, {
          body: request.bytes,
          contentType: header(request.headers['content-type']) ?? 'application/octet-stream',
          encryption: header(request.headers[ENCRYPTION]),
        })
        return { ...EMPTY, headers: { etag: etagOf(request.bytes) } }
      case 'DELETE':
        this.#objects.delete(name)
        return { ...EMPTY, status: 204 }
      case 'GET':
      case 'HEAD':
        return this.#read(name)
    }
  }

  #list(bucket: string, query: URLSearchParams): Reply {
    const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter')]
    const after = decodeURIComponent(query.get('continuation-token') ?? '')
    const keys = [...this.#objects.keys()]
      .filter((name) => name.startsWith(`${bucket}/${prefix}`))
      .map((name) => name.slice(bucket.length + 1))
      .filter((key) => !delimiter || !key.slice(prefix.length).includes(delimiter))
      .filter((key) => key > after)
      .sort()
    const page = keys.slice(0, this.pageSize)
    const isCut = keys.length > page.length
    const contents = page.map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key></Contents>`).join('')
    const next = isCut
      ? `<NextContinuationToken>${encodeURIComponent(page.at(-1) ?? '')}</NextContinuationToken>`
      : ''
    const body =
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><EncodingType>url</EncodingType>' +
      `<IsTruncated>${isCut}</IsTruncated>${next}${contents}</ListBucketResult>`
    return { ...EMPTY, body }
  }

  #read(name: string): Reply {
    const object = this.#objects.get(name)
    if (!object) return this.errorReply(404)
    const { body, contentType, encryption } = object
    return {
      status: 200,
      contentType,
      body,
      headers: {
        ...{ 'content-type': contentType, etag: etagOf(body) },
        ...(encryption !== null && { [ENCRYPTION]: encryption }),
      },
    }
  }
}
