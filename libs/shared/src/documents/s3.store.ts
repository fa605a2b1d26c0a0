import type * as sdk from '@aws-sdk/client-s3'
import { boundAnswers } from './bounded-answers.js'
import {
  DocumentStore,
  DocumentStoreError,
  largestRead,
  StoreRefusesService,
  type TaggedFile,
} from './document-store.js'
import type { S3Settings } from './documents.settings.js'

type Library = typeof sdk.default

/** Tries of one request, with the SDK's own short pauses between them. */
const tries = 3
/** Enough for a connection of any of them. */
const connectMs = 3_000
/** A large file has longer: a slow line carries this much. */
const bytesPerMs = 1_000

/**
 * A bucket of S3, or of anything that speaks it. A request is bounded: `tries` times the time-out, and the pauses.
 * What is stored is encrypted where it lies.
 */
export class S3Store extends DocumentStore {
  private loaded: Promise<{ library: Library; client: sdk.S3Client }> | undefined

  constructor(private readonly settings: S3Settings) {
    super()
  }

  async delete(path: string): Promise<void> {
    if (!path) return
    const { library, client } = await (this.loaded ??= this.load())
    try {
      const object = { Bucket: this.settings.bucket, Key: path }
      const { $metadata } = await client.send(new library.DeleteObjectCommand(object))
      if ($metadata.httpStatusCode !== deleted) throw notTheStore()
    } catch (error) {
      const failure = describe(error)
      // S3 itself says 204 of a file that is not there; others say this.
      if (failure.name !== 'NoSuchKey') throw asStoreError(error)
    }
  }

  async create(path: string, bytes: Uint8Array): Promise<boolean> {
    const { library, client } = await (this.loaded ??= this.load())
    const object = {
      ...{ Bucket: this.settings.bucket, Key: path, Body: bytes },
      IfNoneMatch: '*',
      ServerSideEncryption: 'AES256',
    } as const
    const requestTimeout = this.settings.timeOutMs + Math.ceil(bytes.length / bytesPerMs)
    try {
      const { ETag } = await client.send(new library.PutObjectCommand(object), { requestTimeout })
      if (ETag === undefined) throw notTheStore()
      return true
    } catch (error) {
      if (describe(error).status === preconditionFailed) return false
      throw asStoreError(error)
    }
  }

  async get(path: string): Promise<Uint8Array | undefined> {
    return (await this.getTagged(path))?.bytes
  }

  async tag(path: string): Promise<string | undefined> {
    const { library, client } = await (this.loaded ??= this.load())
    try {
      const object = { Bucket: this.settings.bucket, Key: path }
      const { ETag } = await client.send(new library.HeadObjectCommand(object))
      if (ETag === undefined) throw notTheStore()
      return ETag
    } catch (error) {
      // An answer without a body says no more than this.
      if (describe(error).name === 'NotFound') return undefined
      throw asStoreError(error)
    }
  }

  async getTagged(path: string): Promise<TaggedFile | undefined> {
    const { library, client } = await (this.loaded ??= this.load())
    const object = { Bucket: this.settings.bucket, Key: path }
    try {
      const { Body, ContentLength = 0, ETag } = await client.send(new library.GetObjectCommand(object))
      if (ETag === undefined) throw notTheStore()
      if (ContentLength > largestRead) throw new DocumentStoreError('document-store-too-large')
      const longest = this.settings.timeOutMs + Math.ceil(ContentLength / bytesPerMs)
      const bytes = await within(longest, Body?.transformToByteArray() ?? Promise.resolve(Buffer.of()))
      return { bytes, tag: ETag }
    } catch (error) {
      const failure = describe(error)
      if (failure.name === 'NoSuchKey') return undefined
      throw asStoreError(error)
    }
  }

  async list(prefix: string): Promise<string[]> {
    const { library, client } = await (this.loaded ??= this.load())
    const names: string[] = []
    let token: string | undefined
    do {
      const page: sdk.ListObjectsV2CommandInput = {
        ...{ Bucket: this.settings.bucket, Prefix: prefix, Delimiter: '/' },
        EncodingType: 'url',
        ContinuationToken: token,
      }
      try {
        const found = await client.send(new library.ListObjectsV2Command(page))
        names.push(...namesIn(found))
        token = nextToken(found, token)
      } catch (error) {
        throw asStoreError(error)
      }
    } while (token !== undefined)
    return names
  }

  /** The library is large: it is loaded only where there is a bucket. */
  private async load() {
    const library = (await import('@aws-sdk/client-s3')).default
    const { region, endpoint, credentials, timeOutMs } = this.settings
    const client = new library.S3Client({
      region,
      maxAttempts: tries,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: Math.min(connectMs, timeOutMs),
        requestTimeout: timeOutMs,
        throwOnRequestTimeout: true,
      },
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials === undefined ? {} : { credentials }),
    })
    boundAnswers(client, timeOutMs)
    return { library, client }
  }
}

const preconditionFailed = 412
const deleted = 204

/** A store says 204 of what it deletes, and gives each object a tag; a page of something in between does neither. */
const notTheStore = () => new DocumentStoreError('document-store-unreadable', true)

/** The names on a page of a listing, which are asked for in the form of a URL: XML does not hold them all. */
function namesIn({ Contents = [], EncodingType }: sdk.ListObjectsV2CommandOutput): string[] {
  const keys = Contents.map(({ Key = '' }) => Key)
  return EncodingType === 'url' ? keys.map((key) => decodeURIComponent(key.replaceAll('+', ' '))) : keys
}

/** @throws DocumentStoreError if it is no listing, or not to its end: what was not read is not taken for nothing */
function nextToken(page: sdk.ListObjectsV2CommandOutput, last: string | undefined): string | undefined {
  if (page.IsTruncated === undefined) throw new DocumentStoreError('document-store-listing-unreadable', true)
  if (!page.IsTruncated) return undefined
  const next = page.NextContinuationToken
  if (!next || next === last) throw new DocumentStoreError('document-store-listing-cut')
  return next
}

/** @throws DocumentStoreError when the time is up */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DocumentStoreError('document-store-timeout', true)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

interface Failure {
  readonly name: string
  /** Of the store's answer, if there was one. */
  readonly status: number | undefined
  /** Of the connection, if that is what failed. */
  readonly code: unknown
}

function describe(error: unknown): Failure {
  const { name, code, $metadata } = error as Partial<Record<'name' | 'code', unknown>> & {
    $metadata?: { httpStatusCode?: number }
  }
  return { name: String(name), status: $metadata?.httpStatusCode, code }
}

const asStoreError = (error: unknown): DocumentStoreError =>
  error instanceof DocumentStoreError ? error : storeError(describe(error))

function storeError({ name, status, code }: Failure): DocumentStoreError {
  if (status !== undefined) {
    const refusesService = status === 401 || status === 403 || wrongSettings.has(name)
    const reason = `document-store-${status}`
    return refusesService ? new StoreRefusesService(reason) : new DocumentStoreError(reason, status >= 500)
  }
  const isLate = name === 'TimeoutError' && !closed.has(code)
  const reason = isLate ? 'timeout' : noCredentials.has(name) ? 'credentials' : 'unreachable'
  return new DocumentStoreError(`document-store-${reason}`, true)
}

/** The SDK calls it a timeout, too, when the connection is closed on it. */
const closed = new Set<unknown>(['ECONNRESET', 'EPIPE'])

/** Said with other statuses, of a key that ran out or a bucket that is not there. */
const wrongSettings = new Set([
  ...['ExpiredToken', 'InvalidToken', 'TokenRefreshRequired', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'],
  ...[
    'AccessDenied',
    'RequestTimeTooSkewed',
    'AuthorizationHeaderMalformed',
    'NoSuchBucket',
    'PermanentRedirect',
  ],
])

/** How the SDK says that it found nothing to sign with. */
const noCredentials = new Set(['CredentialsProviderError', 'TokenProviderError'])
