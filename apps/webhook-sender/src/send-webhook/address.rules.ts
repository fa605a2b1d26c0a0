import ipaddr from 'ipaddr.js'

/** Public by its range, and not for the public: a cloud's own service for its machines. */
const metadata: readonly string[] = ['168.63.129.16']
/** Of IPv6, what is given to networks of the public; the rest is for other ends, or for none. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** What an address is good for: `public`, `loopback`, or nothing that anybody may have us call. */
export type AddressKind = 'public' | 'loopback' | 'refused'

/** What kind of address this is; one of IPv4 that is written as one of IPv6 is what it is as IPv4. */
export function kindOfAddress(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return 'refused'
  const parsed = ipaddr.process(address)
  const range = parsed.range()
  if (range === 'loopback') return 'loopback'
  if (range !== 'unicast' || metadata.includes(parsed.toString())) return 'refused'
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast) ? 'public' : 'refused'
}
