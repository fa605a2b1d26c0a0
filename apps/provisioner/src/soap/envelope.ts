import type { SubjectKind, TargetFormat } from '#shared/contracts'
import { formats, type Field, type Format, type ListField, type Value } from './formats.js'

const envelopes = {
  '1.1': { namespace: 'http://schemas.xmlsoap.org/soap/envelope/', type: 'text/xml' },
  '1.2': { namespace: 'http://www.w3.org/2003/05/soap-envelope', type: 'application/soap+xml' },
} as const
const xsi = 'http://www.w3.org/2001/XMLSchema-instance'
const wsa = 'http://www.w3.org/2005/08/addressing'

/** What is said of a subject. */
export interface Said {
  readonly kind: SubjectKind
  readonly action: 'CREATE' | 'UPDATE'
  readonly facts: Readonly<Record<string, unknown>>
  readonly isAbsent: boolean
}

/** Where it goes, and as what. */
export interface Addressing {
  readonly to: string
  readonly action: string
}

export interface EnvelopeParts {
  /** The WSDL's target namespace. */
  readonly namespace: string
  /** Absent where it is not asked for. */
  readonly addressing?: Addressing
  /** The header by which it is seen who asks, as XML; absent where that is not asked for. */
  readonly security?: string
}

export const operationOf = (format: TargetFormat, kind: SubjectKind): string =>
  formats[format].kinds[kind].operation

/** What says by HTTP what is in the envelope and what is wanted. */
export function headersOf(format: TargetFormat, action: string): Record<string, string> {
  const { soap } = formats[format]
  const { type } = envelopes[soap]
  const quoted = `"${action.replaceAll(/["\\\r\n]/g, '')}"`
  // In 1.2 the action is the content type's; services of its time look for the header as well.
  const ofType = soap === '1.2' ? `; action=${quoted}` : ''
  return { 'content-type': `${type}; charset=utf-8${ofType}`, soapaction: quoted }
}

/** The request. */
export function envelope(
  name: TargetFormat,
  said: Said,
  { namespace, addressing, security }: EnvelopeParts,
): string {
  const format = formats[name]
  const { operation, part, fields } = format.kinds[said.kind]
  const facts = { ...said.facts, ...derived(said) }
  const body = element(
    operation,
    element(part, fields.map((field) => written(format, field, { ...said, facts })).join('')),
  )
  const addressed = addressing
    ? element('wsa:To', escaped(addressing.to)) + element('wsa:Action', escaped(addressing.action))
    : ''
  const head = (security ?? '') + addressed
  const namespaces = {
    ...{ soapenv: envelopes[format.soap].namespace, ws: namespace },
    ...(format.empty === 'nil' ? { xsi } : {}),
    ...(addressing ? { wsa } : {}),
    ...format.namespaces,
  }
  const declared = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns:${prefix}="${escaped(uri)}"`)
  return (
    `<?xml version="1.0" encoding="UTF-8"?>` +
    `<soapenv:Envelope${declared.join('')}>` +
    (head ? element('soapenv:Header', head) : '') +
    element('soapenv:Body', body) +
    `</soapenv:Envelope>`
  )
}

/** The category of local authorities. */
const authority = '002'

/** What follows from the rest of what is known of an organisation. */
function derived({ kind, facts }: Said): Record<string, unknown> {
  if (kind !== 'organisation') return {}
  const { category, establishmentNumber: number, localAuthorityCode: code } = facts
  const authorityCode = category === authority ? number : code
  const isNumbered = authorityCode !== undefined && authorityCode !== null && number !== undefined
  return {
    authorityCode,
    ...(isNumbered && number !== null ? { dfeNumber: `${text(authorityCode)}${text(number)}` } : {}),
  }
}

function written(format: Format, field: Field | ListField, said: Said): string {
  if (!('list' in field)) return plain(format, field, said)
  // Who is gone is nothing there any more.
  const listed = said.isAbsent ? undefined : valueAt(said.facts, field.list)
  const items = Array.isArray(listed) ? (listed as readonly Record<string, unknown>[]) : []
  return element(field.name, items.map((facts) => item(format, field, { ...said, facts })).join(''))
}

const item = (format: Format, { around, fields }: ListField, said: Said): string =>
  around.reduceRight(
    (inner, name) => element(name, inner),
    fields.map((field) => plain(format, field, said)).join(''),
  )

function plain({ empty }: Format, field: Field, said: Said): string {
  const value = valueOf(field, said)
  if (value !== null && value !== undefined) return element(field.name, escaped(text(value)))
  return empty === 'nil' ? `<${prefixed(field.name)} xsi:nil="true"/>` : ''
}

/** Nought and false are values; nothing is one where nothing is said. */
function valueOf(
  { from, words, otherwise, gone }: Field,
  { facts, action, isAbsent }: Said,
): Value | undefined {
  if (from === 'action') return action
  if (isAbsent && gone !== undefined) return gone
  const value = valueAt(facts, from)
  if (value === undefined || value === null) return otherwise
  if (!words) return value as Value
  const key = text(value)
  return Object.hasOwn(words, key) ? words[key] : otherwise
}

const valueAt = (facts: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, member) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, member)
        ? (value as Record<string, unknown>)[member]
        : undefined,
    facts,
  )

const text = (value: unknown): string => String(value)

const prefixed = (name: string): string => (name.includes(':') ? name : `ws:${name}`)

const element = (name: string, inner: string): string => `<${prefixed(name)}>${inner}</${prefixed(name)}>`

const signs: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' },
  // As they are, a parser would make spaces and line ends of its own of them.
  ...{ '\r': '&#13;', '\n': '&#10;', '\t': '&#9;' },
}

/** A text as it stands in XML, between tags and in quotes. */
export const escaped = (given: string): string =>
  given.replaceAll(/[&<>"\r\n\t]/g, (sign) => signs[sign] ?? sign)
