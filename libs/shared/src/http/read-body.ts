import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

type Unpack = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  'x-gzip': promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
}
/** Nobody packs more than once, but to have it unpacked many times. */
const mostEncodings = 1

/** The text of an answer; undefined if it breaks off, is too long (as sent or unpacked), or cannot be unpacked. */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  try {
    const bytes = await collect(response, maxBytes)
    return (
      bytes && (await unpacked(bytes, response.headers['content-encoding'] ?? '', maxBytes))?.toString('utf8')
    )
  } catch {
    return undefined
  }
}

async function collect(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) return undefined
    chunks.push(chunk)
  }
  return response.complete ? Buffer.concat(chunks) : undefined
}

async function unpacked(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer | undefined> {
  const names = encoding.split(',').map((name) => name.trim().toLowerCase())
  const packed = names.filter((name) => name && name !== 'identity')
  if (packed.length > mostEncodings) return undefined
  const [name] = packed
  if (name === undefined) return bytes
  const unpack = Object.hasOwn(unpackers, name) ? unpackers[name] : undefined
  return unpack?.(bytes, { maxOutputLength: maxBytes })
}
