import { createRequire } from 'node:module'

/** The part of `sax` used here. */
interface SaxParser {
  onopentag: (tag: { name: string }) => void
  onclosetag: () => void
  ontext: (text: string) => void
  oncdata: (text: string) => void
  onerror: (error: Error) => void
  write(text: string): SaxParser
  close(): void
}

// Loaded this way because the package brings no types.
const sax = createRequire(import.meta.url)('sax') as { parser(strict: boolean): SaxParser }

export const SERVICE_NAMESPACE = 'https://lsc.gov.uk/benefitchecker/service/1.0'
export const MESSAGE_NAMESPACE = 'https://lsc.gov.uk/benefitchecker/service/1.0/API_1.0_Check'
export const DATA_NAMESPACE = 'http://lsc.gov.uk/benefitchecker/data/1.0'
const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/'

/** The fields of a request, their text decoded; empty when absent. */
export const REQUEST_FIELDS = [
  'clientOrgId',
  'clientUserId',
  'clientReference',
  'lscServiceName',
  'nino',
  'surname',
  'dateOfBirth',
  'dateOfAward',
] as const

export type CheckRequest = Record<(typeof REQUEST_FIELDS)[number], string>

/** A fault as the service words it. */
export interface Fault {
  code: string
  text: string
}

const isField = (name: string): name is keyof CheckRequest =>
  (REQUEST_FIELDS as readonly string[]).includes(name)

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/**
 * Reads a check from a SOAP envelope by local names, in any order and with any prefix or none; undefined when it is
 * not well formed or no check.
 */
export function readCheckRequest(xml: string): CheckRequest | undefined {
  const fields: CheckRequest = {
    clientOrgId: '',
    clientUserId: '',
    clientReference: '',
    lscServiceName: '',
    nino: '',
    surname: '',
    dateOfBirth: '',
    dateOfAward: '',
  }
  const path: string[] = []
  let isCheck = false
  let failed = false
  const add = (text: string): void => {
    const name = path.at(-1) ?? ''
    if (isCheck && path.length === 4 && isField(name)) fields[name] += text
  }
  const parser = sax.parser(true)
  parser.onopentag = ({ name }) => {
    path.push(localName(name))
    if (path.length === 3) isCheck ||= path.join('/') === 'Envelope/Body/benefitCheckerRequest'
  }
  parser.onclosetag = () => void path.pop()
  parser.ontext = add
  parser.oncdata = add
  parser.onerror = () => (failed = true)
  try {
    parser.write(xml).close()
  } catch {
    return undefined
  }
  return isCheck && !failed ? fields : undefined
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escape = (text: string): string => text.replace(/[&<>]/g, (sign) => ESCAPES[sign] ?? sign)

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>` +
  `<soapenv:Envelope xmlns:soapenv="${SOAP_NAMESPACE}"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`

/** A message element with its fields in the data namespace, under a prefix of the service's choice. */
function message(name: string, prefix: string, fields: Record<string, string>): string {
  const inner = Object.entries(fields).map(
    ([field, text]) => `<${prefix}:${field}>${escape(text)}</${prefix}:${field}>`,
  )
  return (
    `<${prefix}m:${name} xmlns:${prefix}m="${MESSAGE_NAMESPACE}" xmlns:${prefix}="${DATA_NAMESPACE}">` +
    `${inner.join('')}</${prefix}m:${name}>`
  )
}

export const answerMessage = (prefix: string, fields: Record<string, string>): string =>
  envelope(message('benefitCheckerResponse', prefix, fields))

/** A fault; without a code of the service's own it has no detail (the request was no check at all). */
export function faultMessage(prefix: string, text: string, code?: string): string {
  const detail = code
    ? `<detail>${message('benefitCheckerFaultException', prefix, { MessageCode: code, MessageText: text })}</detail>`
    : ''
  const faultCode = code ? 'soapenv:Server' : 'soapenv:Client'
  return envelope(
    `<soapenv:Fault><faultcode>${faultCode}</faultcode><faultstring>${escape(text)}</faultstring>${detail}</soapenv:Fault>`,
  )
}
