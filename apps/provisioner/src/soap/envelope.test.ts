import { describe, expect, it } from 'vitest'
import { DOMParser } from '@xmldom/xmldom'
import { C14nCanonicalization } from 'xml-crypto'
import type { SubjectKind, TargetFormat } from '#shared/contracts'
import { envelope, headersOf, type EnvelopeParts, type Said } from './envelope.js'

/** As an independent library writes it, whatever prefixes and spaces it was written with. */
function canonical(xml: string): string {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement
  return new C14nCanonicalization().process(root, {}).toString()
}

const user = {
  ...{
    id: 0,
    username: 'zoë',
    email: 'zoë@example.com',
    firstName: 'Zoë',
    lastName: 'O’Brien ]]> & <Söhne>',
  },
  status: 1,
  organisation: { id: 72, urn: 100000, uid: null, localAuthorityCode: '201' },
  roles: [
    { id: 0, code: 'Éditeur' },
    { id: 2, code: 'a"b' },
  ],
}
const role = { id: 9, code: 'R&D', name: 'Café ]]>', status: 0, parentId: 0, parentCode: null }
const organisation = {
  ...{ id: 72, urn: 0, uid: null, name: 'École "Saint‑Rémy" ]]>', status: 3, category: '001', type: '01' },
  ...{ establishmentType: '02', establishmentNumber: 7, localAuthorityCode: '201' },
  ...{ localAuthorityName: null, region: null, telephone: '' },
}
const facts: Readonly<Record<SubjectKind, Said['facts']>> = { user, role, organisation }

const of11 = (inner: string) =>
  `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ws="urn:it" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`
const of12 = (inner: string) =>
  `<soapenv:Envelope xmlns:soapenv="http://www.w3.org/2003/05/soap-envelope" xmlns:ws="urn:it" xmlns:cap="http://schemas.datacontract.org/2004/07/Capgemini.DFE.ProvisioningSvcs.COLLECT.Common"><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`
const nil = (name: string) => `<ws:${name} xsi:nil="true"></ws:${name}>`

const groupInner =
  `<ws:CollectionGroupParentId>0</ws:CollectionGroupParentId><ws:action>CREATE</ws:action>` +
  `<ws:collectionGroupCode>R&amp;D</ws:collectionGroupCode>` +
  `<ws:collectionGroupDescription></ws:collectionGroupDescription>` +
  `<ws:collectionGroupId>9</ws:collectionGroupId><ws:collectionGroupName>Café ]]&gt;</ws:collectionGroupName>` +
  `<ws:wsCollectionGroupStatusCode>0</ws:wsCollectionGroupStatusCode>`
const group = `<ws:ProvisionCollectionGroup><ws:pcg>${groupInner}</ws:pcg></ws:ProvisionCollectionGroup>`

/** Made by hand. */
const byHand: Readonly<Record<TargetFormat, Readonly<Record<SubjectKind, string>>>> = {
  default: {
    user: of11(
      `<ws:ProvisionUser><ws:pur><ws:saUserID>0</ws:saUserID><ws:emailAddress>zoë@example.com</ws:emailAddress>` +
        `<ws:organisationId>72</ws:organisationId><ws:wsAccountStatusCode>Active</ws:wsAccountStatusCode>` +
        `<ws:establishmentUrn>100000</ws:establishmentUrn>${nil('groupUid')}` +
        `<ws:localAuthorityCode>201</ws:localAuthorityCode><ws:groups>` +
        `<ws:SaUserGroup><ws:id>0</ws:id><ws:code>Éditeur</ws:code></ws:SaUserGroup>` +
        `<ws:SaUserGroup><ws:id>2</ws:id><ws:code>a"b</ws:code></ws:SaUserGroup></ws:groups>` +
        `<ws:action>CREATE</ws:action></ws:pur></ws:ProvisionUser>`,
    ),
    role: of11(
      `<ws:ProvisionGroup><ws:pgr><ws:id>9</ws:id><ws:code>R&amp;D</ws:code><ws:name>Café ]]&gt;</ws:name>` +
        `<ws:status>Archived</ws:status><ws:parentId>0</ws:parentId>${nil('parentCode')}` +
        `<ws:action>CREATE</ws:action></ws:pgr></ws:ProvisionGroup>`,
    ),
    organisation: of11(
      `<ws:ProvisionOrganisation><ws:por><ws:action>CREATE</ws:action>` +
        `<ws:establishmentUrn>0</ws:establishmentUrn>${nil('groupUid')}<ws:organisationId>72</ws:organisationId>` +
        `<ws:organisationName>École "Saint‑Rémy" ]]&gt;</ws:organisationName>` +
        `<ws:localAuthorityCode>201</ws:localAuthorityCode>` +
        `<ws:wsOrganisationStatusCode>CLOSED_BUT_ACTIVE</ws:wsOrganisationStatusCode>` +
        `<ws:organisationTypeCode>01</ws:organisationTypeCode></ws:por></ws:ProvisionOrganisation>`,
    ),
  },
  collect: {
    user: of12(
      `<ws:ProvisionUser><ws:pur><ws:Groups>` +
        `<cap:group><cap:group><cap:codeField>Éditeur</cap:codeField><cap:idField>0</cap:idField></cap:group></cap:group>` +
        `<cap:group><cap:group><cap:codeField>a"b</cap:codeField><cap:idField>2</cap:idField></cap:group></cap:group>` +
        `</ws:Groups><ws:action>CREATE</ws:action><ws:emailAddress>zoë@example.com</ws:emailAddress>` +
        `<ws:firstName>Zoë</ws:firstName><ws:lastName>O’Brien ]]&gt; &amp; &lt;Söhne&gt;</ws:lastName>` +
        `<ws:organisationId>72</ws:organisationId><ws:userId>0</ws:userId><ws:userName>zoë</ws:userName>` +
        `<ws:wsAccountStatusCode>1</ws:wsAccountStatusCode></ws:pur></ws:ProvisionUser>`,
    ),
    role: of12(group),
    organisation: of12(
      `<ws:ProvisionOrganisation><ws:por><ws:action>CREATE</ws:action>` +
        `<ws:establishmentDfeNumber>2017</ws:establishmentDfeNumber><ws:establishmentUrn>0</ws:establishmentUrn>` +
        `<ws:localAuthorityCode>201</ws:localAuthorityCode><ws:orgEdubaseTypeCode>02</ws:orgEdubaseTypeCode>` +
        `<ws:organisationId>72</ws:organisationId>` +
        `<ws:organisationName>École "Saint‑Rémy" ]]&gt;</ws:organisationName>` +
        `<ws:organisationTypeCode>01</ws:organisationTypeCode>` +
        `<ws:wsOrganisationStatusCode>1</ws:wsOrganisationStatusCode></ws:por></ws:ProvisionOrganisation>`,
    ),
  },
  s2s: {
    user: of11(
      `<ws:ProvisionUser><ws:pur><ws:action>CREATE</ws:action><ws:emailAddress>zoë@example.com</ws:emailAddress>` +
        `<ws:organisationId>72</ws:organisationId><ws:userId>0</ws:userId><ws:userName>zoë</ws:userName>` +
        `<ws:wsAccountStatusCode>1</ws:wsAccountStatusCode></ws:pur></ws:ProvisionUser>`,
    ),
    role: of11(group),
    organisation: of11(
      `<ws:ProvisionOrganisation><ws:por><ws:action>CREATE</ws:action>` +
        `<ws:establishmentNumber>7</ws:establishmentNumber><ws:localAuthorityCode>201</ws:localAuthorityCode>` +
        `<ws:localAuthorityName></ws:localAuthorityName><ws:organisationId>72</ws:organisationId>` +
        `<ws:organisationName>École "Saint‑Rémy" ]]&gt;</ws:organisationName>` +
        `<ws:organisationTypeCode>01</ws:organisationTypeCode><ws:regionCode>E</ws:regionCode>` +
        `<ws:telephoneNumber></ws:telephoneNumber><ws:typeOfEstablishmentCode>02</ws:typeOfEstablishmentCode>` +
        `<ws:wsOrganisationStatusCode>1</ws:wsOrganisationStatusCode></ws:por></ws:ProvisionOrganisation>`,
    ),
  },
}

const made = (
  format: TargetFormat,
  said: Partial<Said> & Pick<Said, 'kind'>,
  parts: Partial<EnvelopeParts> = {},
) =>
  envelope(
    format,
    { action: 'CREATE', isAbsent: false, facts: facts[said.kind], ...said },
    { namespace: 'urn:it', ...parts },
  )
const cases = (['default', 'collect', 's2s'] as const).flatMap((format) =>
  (['user', 'role', 'organisation'] as const).map((kind) => [format, kind] as const),
)

describe('a request', () => {
  it.each(cases)('of the format %s for a %s is the one made by hand', (format, kind) => {
    const xml = made(format, { kind })
    expect(canonical(xml)).toBe(canonical(byHand[format][kind]))
    // The library reads it all the same; others may not.
    expect(xml).not.toContain(']]>')
  })

  it.each(cases)('of the format %s for a %s that is gone archives it', (format, kind) => {
    const xml = made(format, { kind, action: 'UPDATE', isAbsent: true })
    const [, word] = /tatus(?:Code)?>([^<]*)</.exec(xml) ?? []
    const words = { user: 'Archived', role: 'Archived', organisation: 'CLOSED' }
    expect(word).toBe(format === 'default' ? words[kind] : kind === 'organisation' ? '2' : '0')
    expect(xml).toContain('<ws:action>UPDATE</ws:action>')
    expect(xml).not.toMatch(/ditor|diteur/)
  })

  it('leaves a value out, or says nil, where there is none, and writes nought and false', () => {
    const none = { ...role, code: null, name: undefined }
    expect(made('default', { kind: 'role', facts: none })).toContain(nil('code').replace('></ws:code>', '/>'))
    expect(made('collect', { kind: 'role', facts: none })).not.toContain('collectionGroupName')
    expect(made('collect', { kind: 'role', facts: { ...role, name: false } })).toContain('Name>false<')
  })

  it('has the number of a local authority as its code', () => {
    const authority = { ...organisation, category: '002', establishmentNumber: '0815' }
    expect(made('default', { kind: 'organisation', facts: authority })).toContain(
      '<ws:localAuthorityCode>0815</ws:localAuthorityCode>',
    )
  })

  it('says where it goes and what it wants, where that is asked for', () => {
    const addressing = { to: 'https://example.com/a?b=1&c="2"', action: 'urn:<x>' }
    const xml = made('default', { kind: 'role' }, { addressing, security: '<x/>' })
    expect(xml).toContain(
      '<soapenv:Header><x/><wsa:To>https://example.com/a?b=1&amp;c=&quot;2&quot;</wsa:To><wsa:Action>urn:&lt;x&gt;</wsa:Action></soapenv:Header>',
    )
  })

  it('is of the type of its SOAP', () => {
    expect(headersOf('default', 'urn:x')).toEqual({
      ...{ 'content-type': 'text/xml; charset=utf-8', soapaction: '"urn:x"' },
    })
    expect(headersOf('collect', 'urn:x')).toMatchObject({
      'content-type': 'application/soap+xml; charset=utf-8; action="urn:x"',
    })
  })
})
