import type { Element } from '@xmldom/xmldom'
import { childrenOf, childNamed, readXml } from './xml.js'

/** What is read of a WSDL. */
export interface Wsdl {
  readonly namespace: string
  /** Where requests go. */
  readonly address: string
  /** What each operation is called in a request's headers. */
  readonly actions: Readonly<Record<string, string>>
}

export type ReadWsdl =
  | { readonly kind: 'read'; readonly wsdl: Wsdl }
  | { readonly kind: 'unusable'; readonly reason: string }

const ofWsdl = 'http://schemas.xmlsoap.org/wsdl/'
const ofSoap: readonly string[] = [
  'http://schemas.xmlsoap.org/wsdl/soap/',
  'http://schemas.xmlsoap.org/wsdl/soap12/',
]
/** The attribute that says what an operation is called, in the two namespaces that it has had. */
const ofAddressing = [
  'http://www.w3.org/2006/05/addressing/wsdl',
  'http://www.w3.org/2007/05/addressing/metadata',
]

/**
 * What a WSDL says: its namespace, the address of the first port of the first service, and the actions of the operations.
 * @param from where it was read: requests go nowhere that is less safe
 */
export function readWsdl(text: string, from: string): ReadWsdl {
  const root = readXml(text)?.documentElement
  if (root?.namespaceURI !== ofWsdl || root.localName !== 'definitions')
    return unusable('target-wsdl-unreadable')
  const namespace = root.getAttribute('targetNamespace')
  if (!namespace) return unusable('target-wsdl-without-namespace')
  const address = addressIn(root)
  if (!address || !URL.canParse(address) || !/^https?:/i.test(address))
    return unusable('target-wsdl-without-address')
  if (/^https:/i.test(from) && !/^https:/i.test(address)) return unusable('target-address-not-safe')
  const actions = actionsIn(root)
  if (!Object.keys(actions).length) return unusable('target-wsdl-without-actions')
  return { kind: 'read', wsdl: { namespace, address, actions } }
}

const unusable = (reason: string): ReadWsdl => ({ kind: 'unusable', reason })

function addressIn(root: Element): string | undefined {
  const service = childNamed(root, ofWsdl, 'service')
  const port = service && childNamed(service, ofWsdl, 'port')
  const address = (port ? childrenOf(port) : []).find(
    ({ namespaceURI, localName }) => localName === 'address' && ofSoap.includes(namespaceURI ?? ''),
  )
  return address?.getAttribute('location')?.trim()
}

function actionsIn(root: Element): Record<string, string> {
  const operations = childrenOf(root)
    .filter(({ namespaceURI, localName }) => namespaceURI === ofWsdl && localName === 'portType')
    .flatMap(childrenOf)
    .filter(({ namespaceURI, localName }) => namespaceURI === ofWsdl && localName === 'operation')
  return Object.fromEntries(
    operations.flatMap((operation) => {
      const name = operation.getAttribute('name')
      const input = childNamed(operation, ofWsdl, 'input')
      const action = ofAddressing
        .map((namespace) => input?.getAttributeNS(namespace, 'Action'))
        .find((each) => each)
      return name && action ? [[name, action]] : []
    }),
  )
}
