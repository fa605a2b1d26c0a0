import { describe, expect, it } from '@jest/globals'
import { kindOfAddress } from './address.rules.js'

describe('an address', () => {
  it.each([
    '93.184.216.34',
    '8.8.8.8',
    '172.15.255.255',
    '2606:2800:220:1:248:1893:25c8:1946',
    '::ffff:8.8.8.8',
  ])('of the public: %s', (address) => expect(kindOfAddress(address)).toBe('public'))

  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('of this machine: %s', (address) =>
    expect(kindOfAddress(address)).toBe('loopback'),
  )

  it.each([
    ['nobody’s', '0.0.0.0'],
    ['a private network’s', '10.1.2.3'],
    ['a private network’s', '172.16.0.1'],
    ['a private network’s', '192.168.1.1'],
    ['a private network’s, as one of IPv6', '::ffff:10.1.2.3'],
    ['a private network’s, as one of IPv6', '::ffff:a00:1'],
    ['a private network’s, as one of IPv6 long ago', '::10.1.2.3'],
    ['a private network’s, by 6to4', '2002:a01:203::1'],
    ['a private network’s, by NAT64', '64:ff9b::a01:203'],
    ['a private network’s, by local NAT64', '64:ff9b:1::a01:203'],
    ['a cloud’s metadata', '169.254.169.254'],
    ['a cloud’s metadata', '::ffff:169.254.169.254'],
    ['a cloud’s metadata', 'fd00:ec2::254'],
    ['a cloud’s metadata', '100.100.100.200'],
    ['a cloud’s metadata', '192.0.0.192'],
    ['a cloud’s metadata', '168.63.129.16'],
    ['a provider’s network', '100.64.0.1'],
    ['a link’s', 'fe80::1'],
    ['a site’s', 'fec0::1'],
    ['a group’s', '224.0.0.1'],
    ['a group’s', 'ff02::1'],
    ['everybody’s', '255.255.255.255'],
    ['for benchmarks', '198.18.0.1'],
    ['for pages', '203.0.113.7'],
    ['for pages', '2001:db8::1'],
    ['a tunnel’s', '2001:0:4136:e378::1'],
    ['none', '::'],
    ['none', 'localhost'],
    ['none', ''],
  ])('that nobody may have us call, %s: %s', (_, address) => expect(kindOfAddress(address)).toBe('refused'))
})
