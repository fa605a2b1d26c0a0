import type { SubjectKind, TargetFormat } from '#shared/contracts'

/** An element of a request, in its place. */
export interface Field {
  readonly name: string
  /** Where its value is: members of what is known of the subject, one in the other; or the action. */
  readonly from: readonly [string, ...string[]] | 'action'
  /** What stands for what. What is not in it is `otherwise`. */
  readonly words?: Readonly<Record<string, Value>>
  /** Said where there is no value, or no word for it. */
  readonly otherwise?: Value
  /** Said of what is gone. */
  readonly gone?: Value
}

export type Value = string | number | boolean | null

/** An element that holds one for each of a list. */
export interface ListField {
  readonly name: string
  readonly list: readonly [string, ...string[]]
  /** One in the other around each of the list. */
  readonly around: readonly [string, ...string[]]
  readonly fields: readonly Field[]
}

/** A request's body. */
export interface Shape {
  /** The operation of the WSDL, whose name is the element's; and the element in it. */
  readonly operation: string
  readonly part: string
  readonly fields: readonly (Field | ListField)[]
}

export interface Format {
  readonly soap: '1.1' | '1.2'
  /** What becomes of an element without a value: it says so, or is left out. */
  readonly empty: 'nil' | 'left-out'
  /** Besides the WSDL's own, `ws`. */
  readonly namespaces: Readonly<Record<string, string>>
  readonly kinds: Readonly<Record<SubjectKind, Shape>>
}

const action: Field = { name: 'action', from: 'action' }
const accountWords = { words: { 1: 'Active' }, otherwise: 'Archived', gone: 'Archived' } as const
/** What is closed but active is open there. */
const withoutClosing = { words: { 1: 1, 2: 2, 3: 1, 4: 4 }, otherwise: null, gone: 2 } as const

/** A category of its own: the organisation is a local authority, and its number is the authority's code. */
const ofAuthority = ['authorityCode'] as const

const collectionGroup: Shape = {
  operation: 'ProvisionCollectionGroup',
  part: 'pcg',
  fields: [
    { name: 'CollectionGroupParentId', from: ['parentId'], otherwise: 0 },
    action,
    { name: 'collectionGroupCode', from: ['code'] },
    { name: 'collectionGroupDescription', from: ['description'], otherwise: '' },
    { name: 'collectionGroupId', from: ['id'] },
    { name: 'collectionGroupName', from: ['name'] },
    { name: 'wsCollectionGroupStatusCode', from: ['status'], gone: 0 },
  ],
}

const soap11 = { soap: '1.1', empty: 'nil', namespaces: {} } as const

/** The requests that each kind of system takes, by the format's name. Domain: `provisioning.md`. */
export const formats: Readonly<Record<TargetFormat, Format>> = {
  default: {
    ...soap11,
    kinds: {
      user: {
        operation: 'ProvisionUser',
        part: 'pur',
        fields: [
          { name: 'saUserID', from: ['id'] },
          { name: 'emailAddress', from: ['email'] },
          { name: 'organisationId', from: ['organisation', 'id'] },
          { name: 'wsAccountStatusCode', from: ['status'], ...accountWords },
          { name: 'establishmentUrn', from: ['organisation', 'urn'] },
          { name: 'groupUid', from: ['organisation', 'uid'] },
          { name: 'localAuthorityCode', from: ['organisation', 'localAuthorityCode'] },
          {
            ...{ name: 'groups', list: ['roles'], around: ['SaUserGroup'] },
            fields: [
              { name: 'id', from: ['id'] },
              { name: 'code', from: ['code'] },
            ],
          },
          action,
        ],
      },
      role: {
        operation: 'ProvisionGroup',
        part: 'pgr',
        fields: [
          { name: 'id', from: ['id'] },
          { name: 'code', from: ['code'] },
          { name: 'name', from: ['name'] },
          { name: 'status', from: ['status'], ...accountWords },
          { name: 'parentId', from: ['parentId'] },
          { name: 'parentCode', from: ['parentCode'] },
          action,
        ],
      },
      organisation: {
        operation: 'ProvisionOrganisation',
        part: 'por',
        fields: [
          action,
          { name: 'establishmentUrn', from: ['urn'] },
          { name: 'groupUid', from: ['uid'] },
          { name: 'organisationId', from: ['id'] },
          { name: 'organisationName', from: ['name'] },
          { name: 'localAuthorityCode', from: ofAuthority },
          {
            ...{ name: 'wsOrganisationStatusCode', from: ['status'] },
            words: { 1: 'OPEN', 2: 'CLOSED', 3: 'CLOSED_BUT_ACTIVE', 4: 'PROPOSED_TO_OPEN' },
            ...{ otherwise: null, gone: 'CLOSED' },
          },
          { name: 'organisationTypeCode', from: ['type'] },
        ],
      },
    },
  },
  collect: {
    ...{ soap: '1.2', empty: 'left-out' },
    namespaces: {
      cap: 'http://schemas.datacontract.org/2004/07/Capgemini.DFE.ProvisioningSvcs.COLLECT.Common',
    },
    kinds: {
      user: {
        operation: 'ProvisionUser',
        part: 'pur',
        fields: [
          {
            ...{ name: 'Groups', list: ['roles'], around: ['cap:group', 'cap:group'] },
            fields: [
              { name: 'cap:codeField', from: ['code'] },
              { name: 'cap:idField', from: ['id'] },
            ],
          },
          action,
          { name: 'emailAddress', from: ['email'] },
          { name: 'firstName', from: ['firstName'] },
          { name: 'lastName', from: ['lastName'] },
          { name: 'organisationId', from: ['organisation', 'id'] },
          { name: 'userId', from: ['id'] },
          { name: 'userName', from: ['username'] },
          { name: 'wsAccountStatusCode', from: ['status'], gone: 0 },
        ],
      },
      role: collectionGroup,
      organisation: {
        operation: 'ProvisionOrganisation',
        part: 'por',
        fields: [
          action,
          { name: 'establishmentDfeNumber', from: ['dfeNumber'] },
          { name: 'establishmentUrn', from: ['urn'] },
          { name: 'localAuthorityCode', from: ofAuthority },
          { name: 'orgEdubaseTypeCode', from: ['establishmentType'] },
          { name: 'organisationId', from: ['id'] },
          { name: 'organisationName', from: ['name'] },
          { name: 'organisationTypeCode', from: ['type'] },
          { name: 'wsOrganisationStatusCode', from: ['status'], ...withoutClosing },
        ],
      },
    },
  },
  s2s: {
    ...soap11,
    kinds: {
      user: {
        operation: 'ProvisionUser',
        part: 'pur',
        fields: [
          action,
          { name: 'emailAddress', from: ['email'] },
          { name: 'organisationId', from: ['organisation', 'id'] },
          { name: 'userId', from: ['id'] },
          { name: 'userName', from: ['username'] },
          { name: 'wsAccountStatusCode', from: ['status'], gone: 0 },
        ],
      },
      role: collectionGroup,
      organisation: {
        operation: 'ProvisionOrganisation',
        part: 'por',
        fields: [
          action,
          { name: 'establishmentNumber', from: ['establishmentNumber'], otherwise: '' },
          { name: 'localAuthorityCode', from: ofAuthority, otherwise: '' },
          { name: 'localAuthorityName', from: ['localAuthorityName'], otherwise: '' },
          { name: 'organisationId', from: ['id'] },
          { name: 'organisationName', from: ['name'], otherwise: '' },
          { name: 'organisationTypeCode', from: ['type'], otherwise: '' },
          { name: 'regionCode', from: ['region'], otherwise: 'E' },
          { name: 'telephoneNumber', from: ['telephone'], otherwise: '' },
          { name: 'typeOfEstablishmentCode', from: ['establishmentType'], otherwise: '' },
          { name: 'wsOrganisationStatusCode', from: ['status'], ...withoutClosing },
        ],
      },
    },
  },
}
