import type * as sdk from '@aws-sdk/client-s3'
import { DocumentStore, DocumentStoreError } from './document-store.js'
import type { S3Settings } from './documents.settings.js'

type Library = typeof sdk

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
      await client.send(new library.DeleteObjectCommand({ Bucket: this.settings.bucket, Key: path }))
    } catch (error) {
      const failure = describe(error)
      // S3 itself says 204 of a file that is not there; others say this.
      if (failure.name !== 'NoSuchKey') throw storeError(failure)
    }
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    const { library, client } = await (this.loaded ??= this.load())
    const object = {
      Bucket: this.settings.bucket,
      Key: path,
      Body: bytes,
      ServerSideEncryption: 'AES256',
    } as const
    const requestTimeout = this.settings.timeOutMs + Math.ceil(bytes.length / bytesPerMs)
    try {
      await client.send(new library.PutObjectCommand(object), { requestTimeout })
    } catch (error) {
      throw storeError(describe(error))
    }
  }

  /** The library is large: it is loaded only where there is a bucket. */
  private async load() {
    const library = await import('@aws-sdk/client-s3')
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
    return { library, client }
  }
}

interface Failure {
  readonly name: string
  /** Of the store's answer, if there was one. */
  readonly status: number | undefined
}

function describe(error: unknown): Failure {
  const { name, $metadata } = error as { name?: unknown; $metadata?: { httpStatusCode?: number } }
  return { name: String(name), status: $metadata?.httpStatusCode }
}

function storeError({ name, status }: Failure): DocumentStoreError {
  if (status !== undefined) return new DocumentStoreError(`document-store-${status}`, status >= 500)
  const reason = name === 'TimeoutError' ? 'timeout' : noCredentials.has(name) ? 'credentials' : 'unreachable'
  return new DocumentStoreError(`document-store-${reason}`, true)
}

/** How the SDK says that it found nothing to sign with. */
const noCredentials = new Set(['CredentialsProviderError', 'TokenProviderError'])
