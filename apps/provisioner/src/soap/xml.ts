import { DOMParser, onErrorStopParsing, type Document, type Element } from '@xmldom/xmldom'

/** Each is looked for in all that are around it: a document of a thousand is nobody's description of a service. */
const mostNamespaces = 1_000

/**
 * A document that somebody else has written; undefined for what is none. One that declares things of its own is none: they could
 * make it as long as they like.
 */
export function readXml(text: string): Document | undefined {
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) return undefined
  if (text.split('xmlns', mostNamespaces + 2).length > mostNamespaces + 1) return undefined
  try {
    return new DOMParser({ onError: onErrorStopParsing }).parseFromString(
      text.replace(/^\uFEFF?\s+/, ''),
      'text/xml',
    )
  } catch {
    return undefined
  }
}

/** The elements directly in another one. */
export function childrenOf(parent: Element): Element[] {
  const children: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling)
    if (node.nodeType === node.ELEMENT_NODE) children.push(node as Element)
  return children
}

/** The first one of a name in a namespace. */
export const childNamed = (parent: Element, namespace: string, name: string): Element | undefined =>
  childrenOf(parent).find((each) => each.namespaceURI === namespace && each.localName === name)
