import type { DeliveredMessage } from './delivered-message.js'

const api = 'io.nats.jetstream.api.'
/** What a confirmation of a publication has, and a refusal. */
const confirmations: readonly string[] = [
  'stream',
  'seq',
  'duplicate',
  'domain',
  'error',
  'batch',
  'count',
  'val',
]

/**
 * Whether a message is an answer of the broker's own: whoever asks it chooses where its answers go, also where no right
 * of theirs leads, and the broker stores them there as somebody's work.
 */
export function isBrokerAnswer({ data, headers }: Pick<DeliveredMessage, 'data' | 'headers'>): boolean {
  if (!data.length) return Boolean(headers?.code)
  const json = parsed(data)
  if (typeof json !== 'object' || json === null) return false
  if ('type' in json && String(json.type).startsWith(api)) return true
  const names = Object.keys(json)
  return ('seq' in json || 'error' in json) && names.every((name) => confirmations.includes(name))
}

function parsed(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString())
  } catch {
    return undefined
  }
}
