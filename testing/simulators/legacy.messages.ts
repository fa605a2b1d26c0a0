import { DOMParser, onErrorStopParsing, type Element } from '@xmldom/xmldom'

const SOAP_NAMESPACES: Record<string, '1.1' | '1.2'> = {
  'http://schemas.xmlsoap.org/soap/envelope/': '1.1',
  'http://www.w3.org/2003/05/soap-envelope': '1.2',
}
const NIL = 'http://www.w3.org/2001/XMLSchema-instance'
export const NAMESPACE = 'http://example.com/provisioning'

/** What was asked of the service, as it stands in the envelope. */
export interface LegacyCall {
  /** The first part of the path: one service for each. */
  readonly system: string
  readonly soap: '1.1' | '1.2'
  readonly operation: string
  readonly namespace: string
  /** By local name; null is nil, and what is not there was left out. */
  readonly fields: Readonly<Record<string, string | null>>
  /** Of a user. */
  readonly groups: readonly string[]
  readonly username: string | undefined
  readonly password: string | undefined
  /** As WS-Addressing says it. */
  readonly to: string | undefined
  readonly action: string | undefined
  readonly soapAction: string | undefined
  readonly body: string
}

function children(parent: Element): Element[] {
  const found: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling)
    if (node.nodeType === node.ELEMENT_NODE) found.push(node as Element)
  return found
}

const named = (parent: Element | undefined, name: string): Element | undefined =>
  parent && children(parent).find(({ localName }) => localName === name)

const at = (parent: Element | undefined, ...path: string[]): Element | undefined =>
  path.reduce<Element | undefined>((place, name) => named(place, name), parent)

/** Reads a request; undefined where it is no SOAP. */
export function readLegacyCall(
  system: string,
  body: string,
  soapAction: string | undefined,
): LegacyCall | undefined {
  let envelope: Element | null
  try {
    envelope = new DOMParser({ onError: onErrorStopParsing }).parseFromString(
      body,
      'text/xml',
    ).documentElement
  } catch {
    return undefined
  }
  const soap = SOAP_NAMESPACES[envelope?.namespaceURI ?? '']
  const operation = envelope && children(at(envelope, 'Body') ?? envelope)[0]
  const part = operation && children(operation)[0]
  if (!envelope || !soap || !part) return undefined
  const header = named(envelope, 'Header')
  const token = at(header, 'Security', 'UsernameToken')
  const lists = children(part).filter((each) => children(each).length > 0)
  return {
    ...{ system, soap, soapAction, body },
    operation: operation.localName ?? '',
    namespace: operation.namespaceURI ?? '',
    fields: Object.fromEntries(
      children(part)
        .filter((each) => !lists.includes(each))
        .map((each) => [
          each.localName ?? '',
          each.getAttributeNS(NIL, 'nil') === 'true' ? null : (each.textContent ?? ''),
        ]),
    ),
    groups: lists.flatMap((list) => children(list).map(({ textContent }) => textContent ?? '')),
    username: named(token, 'Username')?.textContent ?? undefined,
    password: named(token, 'Password')?.textContent ?? undefined,
    to: named(header, 'To')?.textContent ?? undefined,
    action: named(header, 'Action')?.textContent ?? undefined,
  }
}

const envelopes = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
}

const envelopeOf = (soap: '1.1' | '1.2', inner: string): string =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="${envelopes[soap]}"><s:Body>${inner}</s:Body></s:Envelope>`

export const confirmation = ({ soap, operation, namespace }: LegacyCall): string =>
  envelopeOf(soap, `<r:${operation}Response xmlns:r="${namespace}"/>`)

/** `code`: as `Client.AlreadyExists`, the general part first. */
export function legacyFault(soap: '1.1' | '1.2', code: string): string {
  if (soap === '1.1')
    return envelopeOf(
      soap,
      `<s:Fault><faultcode>s:${code}</faultcode><faultstring>Not done</faultstring></s:Fault>`,
    )
  const [general = '', particular] = code.split('.')
  const value = general === 'Client' ? 'Sender' : 'Receiver'
  const sub = particular
    ? `<s:Subcode><s:Value xmlns:p="${NAMESPACE}">p:${particular}</s:Value></s:Subcode>`
    : ''
  return envelopeOf(
    soap,
    `<s:Fault><s:Code><s:Value>s:${value}</s:Value>${sub}</s:Code><s:Reason><s:Text xml:lang="en">Not done</s:Text></s:Reason></s:Fault>`,
  )
}

const OPERATIONS = ['ProvisionUser', 'ProvisionGroup', 'ProvisionCollectionGroup', 'ProvisionOrganisation']

/** Another version has other actions and another address. */
export const legacyWsdl = (address: string, version: number): string => {
  const operations = OPERATIONS.map(
    (name) =>
      `<wsdl:operation name="${name}"><wsdl:input message="tns:${name}" wsaw:Action="${legacyAction(name, version)}"/><wsdl:output message="tns:${name}Response"/></wsdl:operation>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions targetNamespace="${NAMESPACE}" xmlns:tns="${NAMESPACE}"
 xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:wsaw="http://www.w3.org/2006/05/addressing/wsdl">
<wsdl:portType name="Provisioning">${operations.join('')}</wsdl:portType>
<wsdl:service name="Provisioning"><wsdl:port name="Provisioning" binding="tns:Provisioning">
<soap:address location="${address}"/>
</wsdl:port></wsdl:service>
</wsdl:definitions>`
}

export const legacyAction = (operation: string, version: number): string =>
  `${NAMESPACE}/v${version}/${operation}`
