import { join } from 'node:path'
import { z } from 'zod'
import {
  optionalText,
  readSettings,
  setting,
  SettingsError,
  textOr,
  wholeNumber,
  type Environment,
  type SettingsGroup,
} from '../config/index.js'

export interface FolderSettings {
  readonly kind: 'folder'
  readonly folder: string
}

export interface S3Settings {
  readonly kind: 's3'
  readonly bucket: string
  readonly region: string
  /** Of a store that speaks S3 and is not Amazon's. */
  readonly endpoint?: string
  /** Without them, whatever the machine it runs on is allowed (the SDK's own search). */
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  /** Milliseconds one try may take, the connection included. */
  readonly timeOutMs: number
}

export type DocumentsSettings = FolderSettings | S3Settings

const schema = z.object({
  DATA_DIR: textOr('.data', { place: 'chart' }),
  AWS_S3_BUCKET_NAME: optionalText({ words: 'S3 instead of the folder', upstream: 'document-store' }),
  AWS_REGION: textOr('eu-west-2'),
  AWS_ENDPOINT_URL_S3: setting(z.url().optional(), {
    words: 'of any other store that speaks S3; names are then in path style',
    otherwise: 'Amazon’s',
    form: 'a URL',
  }),
  AWS_ACCESS_KEY_ID: optionalText({
    words: 'without it, what the SDK finds by itself: the role of the machine or the pod',
    place: 'secrets',
  }),
  AWS_SECRET_ACCESS_KEY: optionalText({ place: 'secrets' }),
  AWS_SESSION_TOKEN: optionalText({ place: 'secrets' }),
  S3_TIMEOUT_MS: wholeNumber(5_000, { words: 'for one try, of three' }),
})

export const documentsSettingsGroup: SettingsGroup = { schema }

/**
 * With no bucket named, the folder `documents` in `DATA_DIR`. See `domain/settings.md`.
 * @throws SettingsError naming what is malformed, or half of a key
 */
export function documentsSettings(env: Environment): DocumentsSettings {
  const values = readSettings(schema, env)
  const { AWS_S3_BUCKET_NAME: bucket, AWS_ENDPOINT_URL_S3: endpoint } = values
  if (bucket === undefined) return { kind: 'folder', folder: join(values.DATA_DIR, 'documents') }
  return {
    kind: 's3',
    bucket,
    region: values.AWS_REGION,
    timeOutMs: values.S3_TIMEOUT_MS,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...credentials(values),
  }
}

function credentials(values: z.infer<typeof schema>): Pick<S3Settings, 'credentials'> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = values
  if (accessKeyId === undefined && secretAccessKey === undefined) return {}
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new SettingsError('settings: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only go together')
  }
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
}
