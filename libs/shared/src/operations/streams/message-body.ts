import { messageSchemas, sameText, taskRef, type Subject, type TaskRef } from '../../contracts/index.js'

/** What can be said of a body. One that keeps to its contract holds ids only; of any other only its size may be told. */
export type BodyKnown = { readonly bytes: number; readonly task?: TaskRef } & (
  | { readonly keepsContract: true; readonly body: unknown }
  | { readonly keepsContract: false }
)

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Holds a body against the contract of its subject. */
export function readBody(subject: string, data: Uint8Array): BodyKnown {
  const bytes = data.length
  const json = parsed(data)
  const schema = schemaOf(subject)?.safeParse(json)
  const task = taskRef.safeParse((json as { task?: unknown } | null | undefined)?.task).data
  const ofTask = task ? { task } : {}
  return schema?.success
    ? { bytes, ...ofTask, keepsContract: true, body: schema.data }
    : { bytes, ...ofTask, keepsContract: false }
}

/** Of a body that keeps to a contract: the reference it carries. */
export function referenceIn(known: BodyKnown): string | undefined {
  if (!known.keepsContract) return undefined
  const { reference } = known.body as { readonly reference?: unknown }
  return typeof reference === 'string' ? reference : undefined
}

/** Whether a body names a reference, also one that breaks its contract. */
export function namesReference(data: Uint8Array, reference: string): boolean {
  const named = (parsed(data) as { reference?: unknown } | null | undefined)?.reference
  return typeof named === 'string' && sameText(named, reference)
}

function parsed(data: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(data))
  } catch {
    return undefined
  }
}

function schemaOf(subject: string) {
  const pattern = Object.keys(messageSchemas).find((each) => subjectMatches(each, subject))
  return pattern === undefined ? undefined : messageSchemas[pattern as Subject]
}

/** Whether a subject is one of those that a pattern with NATS wildcards means. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const [wanted, given] = [pattern.split('.'), subject.split('.')]
  const open = wanted.at(-1) === '>'
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false
  return wanted.every((token, place) => token === '>' || token === '*' || token === given[place])
}
