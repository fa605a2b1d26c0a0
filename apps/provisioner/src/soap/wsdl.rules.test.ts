import { describe, expect, it } from 'vitest'
import { readWsdl } from './wsdl.rules.js'

const from = 'https://example.com/service?wsdl'
const port = (location: string) =>
  `<w:service name="S"><w:port name="P" binding="t:B"><s:address location="${location}"/></w:port></w:service>`
const operation = (attributes: string) =>
  `<w:portType name="T"><w:operation name="ProvisionUser"><w:input message="t:I" ${attributes}/></w:operation></w:portType>`
const action = 'a:Action="urn:it/user"'
const wsdl = (
  inner: string,
  attributes = 'targetNamespace="urn:it"',
  addressing = '2006/05/addressing/wsdl',
) =>
  `<?xml version="1.0"?><w:definitions ${attributes} xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:a="http://www.w3.org/${addressing}">${inner}</w:definitions>`
const good = operation(action) + port('https://example.com/service')

describe('a WSDL', () => {
  it.each([
    ['as it was', wsdl(good)],
    ['with a mark at its beginning', `\uFEFF${wsdl(good)}`],
    ['of the later addressing', wsdl(good, undefined, '2007/05/addressing/metadata')],
    ['with another port', wsdl(`${good}${port('https://elsewhere.example.com')}`)],
  ])('%s is read', (_, text) => {
    expect(readWsdl(text, from)).toEqual({
      kind: 'read',
      wsdl: {
        namespace: 'urn:it',
        address: 'https://example.com/service',
        actions: { ProvisionUser: 'urn:it/user' },
      },
    })
  })

  it.each([
    ['target-wsdl-unreadable', 'nothing', ''],
    ['target-wsdl-unreadable', 'a page', '<html><body/></html>'],
    ['target-wsdl-unreadable', 'cut', wsdl(good).slice(0, -20)],
    ['target-wsdl-unreadable', 'with things of its own', `<!DOCTYPE w [<!ENTITY e "x">]>${wsdl(good)}`],
    ['target-wsdl-without-namespace', 'for nothing', wsdl(good, '')],
    ['target-wsdl-without-address', 'without a service', wsdl(operation(action))],
    ['target-wsdl-without-address', 'for another protocol', wsdl(operation(action) + port('jms:queue'))],
    ['target-wsdl-without-actions', 'without actions', wsdl(operation('') + port('https://example.com'))],
    [
      'target-address-not-safe',
      'of somewhere less safe',
      wsdl(operation(action) + port('http://example.com')),
    ],
  ])('%s: %s', (reason, _, text) => {
    expect(readWsdl(text, from)).toEqual({ kind: 'unusable', reason })
  })
})

it('one that is made to take long is read at once', () => {
  const begun = performance.now()
  const deep = '<a xmlns:b="urn:b">'.repeat(10_000)
  expect(readWsdl(`${deep}${'</a>'.repeat(10_000)}`, 'https://x.example.org/').kind).toBe('unusable')
  expect(performance.now() - begun).toBeLessThan(500)
})
