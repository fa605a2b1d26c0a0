import type { Element } from '@xmldom/xmldom'
import { isSuccess, type HttpResult } from '#shared/http'
import type { Answer } from '../tell-target/next-call.rules.js'
import { meaningOf, reasonOf } from './fault-codes.js'
import { childNamed, childrenOf, readXml } from './xml.js'

const envelopes: readonly string[] = [
  'http://schemas.xmlsoap.org/soap/envelope/',
  'http://www.w3.org/2003/05/soap-envelope',
]

/** Whoever asks is refused, whatever is asked. */
const refusesUs: readonly number[] = [401, 403, 407]
/** Nobody has looked at it: it was turned away before. */
const takesNothing: readonly number[] = [429, 503]

/**
 * What an answer comes to: its body says that, and its status only where the body does not. What is no answer of the operation
 * confirms nothing.
 */
export function answerOf(result: HttpResult, operation: string): Answer {
  if (result.kind === 'not-sent') return { kind: 'not-heard', reason: `target-${result.failure}` }
  if (result.kind === 'unanswered') return { kind: 'unknown', reason: `target-${result.failure}` }
  const { status, headers, body } = result
  const content = bodyOf(String(headers['content-type'] ?? ''), body)
  const fault = content && faultIn(content)
  if (fault) return { kind: 'fault', meaning: meaningOf(fault), reason: reasonOf(fault) }
  if (isSuccess(status)) {
    // An answer of another operation, or of nobody's: was it done?
    const [first] = content ? childrenOf(content) : []
    if (first?.localName === `${operation}Response`) return { kind: 'confirmed' }
    return { kind: 'unknown', reason: content ? 'target-answer-unexpected' : 'target-answer-unreadable' }
  }
  const reason = `target-http-${status}`
  if (refusesUs.includes(status)) return { kind: 'misconfigured', reason }
  if (takesNothing.includes(status)) return { kind: 'not-heard', reason }
  // It was understood, and turned down; or the address is not where requests go.
  if (status < 500) return { kind: 'misconfigured', reason }
  return { kind: 'unknown', reason }
}

/** The body of a SOAP envelope; undefined where there is none. */
function bodyOf(type: string, text: string): Element | undefined {
  const root = readXml(/^multipart\/related/i.test(type) ? firstPart(text) : text)?.documentElement
  if (root?.localName !== 'Envelope' || !envelopes.includes(root.namespaceURI ?? '')) return undefined
  return childNamed(root, root.namespaceURI ?? '', 'Body')
}

/** Of an answer with attachments, what it says itself: the first part, behind its headers. Each end is looked for once. */
function firstPart(text: string): string {
  const head = /\r?\n\r?\n/.exec(text)
  if (!head) return ''
  const part = text.slice(head.index + head[0].length)
  const end = part.indexOf('\n--')
  return end < 0 ? '' : part.slice(0, end)
}

/** Nobody's code is more particular. */
const mostCodes = 10

/** A fault's codes, the general one first; undefined where there is none. */
function faultIn(body: Element): string[] | undefined {
  const soap = body.namespaceURI ?? ''
  const fault = childNamed(body, soap, 'Fault')
  if (!fault) return undefined
  const of11 = childrenOf(fault).find(({ localName }) => localName === 'faultcode')
  // In 1.1 the particular follows the general behind a dot.
  if (of11) return of11.textContent?.trim().split('.', mostCodes) ?? []
  const codes: string[] = []
  let code = childNamed(fault, soap, 'Code')
  while (code && codes.length < mostCodes) {
    codes.push(childNamed(code, soap, 'Value')?.textContent ?? '')
    code = childNamed(code, soap, 'Subcode')
  }
  return codes
}
