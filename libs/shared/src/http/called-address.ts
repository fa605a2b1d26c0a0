import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A cloud's own services for its machines, in ranges that are the public's or a private network's. */
const metadata: readonly string[] = ['168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254']
/** Of IPv6, what is given to networks of the public; the rest is for other ends, or for none. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** What an address is good for; `refused`: nothing that anybody may have us call. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'refused'

/** Whom somebody may have us call besides machines of the public internet. */
export interface Callable {
  /** Machines of private networks. */
  readonly privateNetworks: boolean
  /** This machine itself, over HTTP too. */
  readonly loopback: boolean
}

/** Whom the receivers of webhooks may have us call: they say themselves where they are. */
export const callableEndpoints = { privateNetworks: false }
/** Whom we tell of users, roles and organisations is of the house, and may be in its networks. */
export const callableTargets = { privateNetworks: true }

/** What kind of address this is; one of IPv4 that is written as one of IPv6 is what it is as IPv4. */
export function kindOfAddress(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return 'refused'
  const parsed = ipaddr.process(address)
  const range = parsed.range()
  if (metadata.includes(parsed.toString())) return 'refused'
  if (range === 'loopback') return 'loopback'
  if (range === 'private' || range === 'uniqueLocal') return 'private'
  if (range !== 'unicast') return 'refused'
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast) ? 'public' : 'refused'
}

/** An address that may be called, and the kinds of machine it may lead to; or what it must be, in words without what it is. */
export type CalledAddress = { readonly leadsTo: readonly AddressKind[] } | { readonly mustBe: string }

/**
 * The one rule for addresses that others have given: asked where one is given, and once more before each request. Where a name
 * leads is asked as the connection is made.
 */
export function calledAddress(text: string, { privateNetworks, loopback }: Callable): CalledAddress {
  // A URL drops some white space, and nobody sees it in what is shown.
  if (!URL.canParse(text) || /\s/.test(text))
    return { mustBe: 'must be an address such as https://example.org/path' }
  const { protocol, hostname, username, password, hash } = new URL(text)
  if (username || password) return { mustBe: 'must have no user name or password in it' }
  if (hash) return { mustBe: 'must have no part after #' }
  if (protocol !== 'https:' && protocol !== 'http:') return { mustBe: 'must begin with https://' }
  const kind = kindOfHost(hostname)
  if (kind === 'loopback' && !loopback) return { mustBe: 'must be of another machine than this one' }
  if (protocol === 'http:' && kind !== 'loopback') return { mustBe: 'must begin with https://' }
  if (protocol === 'http:') return { leadsTo: ['loopback'] }
  if (kind === 'refused')
    return { mustBe: 'must not be of a range that is for other ends: link-local, metadata and the like' }
  if (kind === 'private' && !privateNetworks)
    return { mustBe: 'must be of the public internet, and not of a private network' }
  return {
    leadsTo: [
      'public',
      ...(privateNetworks ? ['private' as const] : []),
      ...(loopback ? ['loopback' as const] : []),
    ],
  }
}

/** Of a host that is an address, or a name that is known to be this machine's; undefined of other names. */
function kindOfHost(hostname: string): AddressKind | undefined {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (isIP(host)) return kindOfAddress(host)
  return host === 'localhost' || host.endsWith('.localhost') ? 'loopback' : undefined
}
