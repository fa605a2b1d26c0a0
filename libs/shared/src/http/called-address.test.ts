import { describe, expect, it } from 'vitest'
import { calledAddress, kindOfAddress } from './called-address.js'

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
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '::ffff:10.1.2.3',
    '::ffff:a00:1',
    '::10.1.2.3',
    'fc00::1',
    'fd12:3456::1',
  ])('of a private network: %s', (address) => expect(kindOfAddress(address)).toBe('private'))

  it.each([
    ['nobody’s', '0.0.0.0'],
    ['a private network’s, by 6to4', '2002:a01:203::1'],
    ['a private network’s, by NAT64', '64:ff9b::a01:203'],
    ['a private network’s, by local NAT64', '64:ff9b:1::a01:203'],
    ['a cloud’s metadata', '169.254.169.254'],
    ['a cloud’s metadata', '::ffff:169.254.169.254'],
    ['a cloud’s metadata', 'fd00:ec2::254'],
    ['a cloud’s metadata', 'fd20:ce::254'],
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

const nowhereElse = { privateNetworks: false, loopback: false }
const mustBe = (address: string, more: object = {}) => calledAddress(address, { ...nowhereElse, ...more })

describe('an address that others have given', () => {
  it.each([
    'https://example.org/hwpv',
    'https://example.org:8443/?a=b',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1::1]/',
  ])('may be called: %s', (address) => expect(mustBe(address)).toEqual({ leadsTo: ['public'] }))

  it.each([
    ['must be an address such as', ''],
    ['must be an address such as', 'example.org'],
    ['must be an address such as', 'https://'],
    ['must be an address such as', 'https://example.org:99999/'],
    ['must be an address such as', 'https://example.org/a b'],
    ['must begin with https', 'http://example.org/'],
    ['must begin with https', 'http://10.0.0.1/'],
    ['must begin with https', 'ftp://example.org/'],
    ['no user name or password', 'https://somebody:secret@example.org/'],
    ['no part after #', 'https://example.org/#part'],
    ['another machine', 'https://localhost/'],
    ['another machine', 'https://LOCALHOST.:8443/'],
    ['another machine', 'http://a.localhost/'],
    ['another machine', 'https://127.1/'],
    ['another machine', 'https://0x7f000001/'],
    ['another machine', 'https://[::1]/'],
    ['another machine', 'https://[::ffff:127.0.0.1]/'],
    ['not of a private network', 'https://10.0.0.1/'],
    ['not of a private network', 'https://[fd12::1]/'],
    ['link-local, metadata', 'https://169.254.169.254/latest/meta-data/'],
    ['link-local, metadata', 'https://[fd00:ec2::254]/'],
    ['link-local, metadata', 'https://0.0.0.0/'],
  ])('%s: not %s', (words, address) =>
    expect(mustBe(address)).toEqual({ mustBe: expect.stringContaining(words) }),
  )

  it('may be of a private network where that is the house’s, but of no other range', () => {
    const inHouse = { privateNetworks: true }
    expect(mustBe('https://10.0.0.1/', inHouse)).toEqual({ leadsTo: ['public', 'private'] })
    expect(mustBe('http://10.0.0.1/', inHouse)).toHaveProperty('mustBe')
    expect(mustBe('https://169.254.169.254/', inHouse)).toHaveProperty('mustBe')
  })

  it('may be of this machine where a setting says so, over HTTP too', () => {
    const here = { loopback: true }
    expect(mustBe('http://127.0.0.1:8080/', here)).toEqual({ leadsTo: ['loopback'] })
    expect(mustBe('http://localhost:8080/', here)).toEqual({ leadsTo: ['loopback'] })
    expect(mustBe('https://localhost/', here)).toEqual({ leadsTo: ['public', 'loopback'] })
    expect(mustBe('http://example.org/', here)).toHaveProperty('mustBe')
  })
})
