import type { S3Client, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3'
import type { DeserializeMiddleware } from '@smithy/types'
import { Readable, Transform, type TransformCallback } from 'node:stream'
import { OwnError } from '../logging/index.js'

const mebibyte = 1024 * 1024
/** Of a file that is read. */
const mostOfFile = 64 * mebibyte
/** Of anything else: a page of a listing is the longest. */
const mostOfAnswer = 5 * mebibyte

/**
 * The SDK reads answers of any length, for any time: with this, a body that is too long or trickles in breaks off, and the
 * request fails as any that was lost.
 * @param bodyMs milliseconds in which a body that is no file must be there
 */
export function boundAnswers(client: S3Client, bodyMs: number): void {
  const bound: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
    (next, { commandName }) =>
    async (args) => {
      const result = await next(args)
      const answer = result.response as { body?: unknown }
      const isFile = commandName === 'GetObjectCommand'
      if (answer.body instanceof Readable)
        answer.body = bounded(answer.body, isFile ? mostOfFile : mostOfAnswer, isFile ? undefined : bodyMs)
      return result
    }
  client.middlewareStack.addRelativeTo(bound, {
    ...{ name: 'boundAnswers', relation: 'after', toMiddleware: 'deserializerMiddleware' },
  })
}

function bounded(body: Readable, maxBytes: number, ms: number | undefined): Readable {
  let length = 0
  const counted = new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      length += chunk.length
      if (length > maxBytes) done(new OwnError('the answer is too long'))
      else done(null, chunk)
    },
  })
  const timer = ms === undefined ? undefined : setTimeout(() => counted.destroy(tooSlow()), ms)
  counted.once('close', () => {
    clearTimeout(timer)
    body.destroy()
  })
  body.once('error', (error) => counted.destroy(error))
  body.once('aborted', () => counted.destroy(tooSlow()))
  return body.pipe(counted)
}

const tooSlow = () => new OwnError('the answer broke off')
