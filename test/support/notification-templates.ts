import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemplateEntry {
  readonly id: string
  readonly channel: 'email' | 'sms'
  readonly fields: readonly string[]
  readonly replyTo?: string
  readonly sender?: string
}

const idOf = (place: number): string => `00000000-0000-4000-9000-${String(place).padStart(12, '0')}`

/** A file of templates, in a folder of its own. */
export class TemplateFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'hwpv-templates-'))
  readonly path = join(this.folder, 'templates.json')

  constructor(private entries: Readonly<Record<string, TemplateEntry>>) {
    this.write(entries)
  }

  write(entries: Readonly<Record<string, TemplateEntry>>): void {
    this.entries = entries
    writeFileSync(this.path, JSON.stringify(entries))
  }

  add(key: string, entry: TemplateEntry): void {
    this.write({ ...this.entries, [key]: entry })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

const email = (place: number, ...fields: string[]): TemplateEntry => ({
  ...{ id: idOf(place), channel: 'email', fields },
})
const sms = (place: number, ...fields: string[]): TemplateEntry => ({
  ...{ id: idOf(place), channel: 'sms', fields },
})

const names = ['firstName', 'lastName']

/** Another department's 22 emails, as its job service knows them, and two text messages. */
export const templates24: Readonly<Record<string, TemplateEntry>> = {
  accessApproved: email(1, 'orgName', 'name', 'reason', 'showReasonHeader', 'servicesUrl', 'contactUsUrl'),
  accessRejected: email(2, 'orgName', 'name', 'reason', 'showReasonHeader', 'servicesUrl', 'contactUsUrl'),
  approverAccess: email(3, 'approverFirstName', 'approverLastName', 'orgName', 'name', 'email', 'returnUrl'),
  outcomeToApprovers: email(
    4,
    ...names,
    'endUserName',
    'endUserEmail',
    'orgName',
    'reason',
    'showReasonHeader',
  ),
  changeAddress: email(5, ...names, 'newEmail', 'profileUrl', 'helpUrl'),
  verifyAddress: email(6, ...names, 'email', 'code', 'returnUrl', 'helpUrl'),
  inviteUser: email(7, ...names, 'email', 'customMessage', 'isApprover', 'returnUrl', 'serviceName', 'code'),
  selfRegister: email(8, ...names, 'code', 'reason', 'subject', 'returnUrl'),
  passwordReset: email(9, ...names, 'code', 'returnUrl', 'contactUsUrl'),
  alreadyRegistered: email(10, ...names, 'email', 'serviceName', 'returnUrl', 'contactUsUrl'),
  serviceApproved: email(11, ...names, 'signInUrl', 'contactUsUrl'),
  serviceApprovedV2: email(
    12,
    ...names,
    'orgName',
    'permissionName',
    'serviceName',
    'subServices',
    'isApprover',
  ),
  serviceRemoved: email(13, ...names, 'serviceName', 'orgName', 'signInUrl'),
  serviceOutcome: email(14, ...names, 'orgName', 'requestedServiceName', 'requestedSubServices', 'approved'),
  serviceRejected: email(15, ...names, 'orgName', 'serviceName', 'requestedSubServices', 'showReasonHeader'),
  serviceToApprovers: email(
    16,
    ...names,
    'senderName',
    'senderEmail',
    'subServices',
    'approveUrl',
    'rejectUrl',
  ),
  subServicesApproved: email(17, ...names, 'orgName', 'serviceName', 'requestedSubServices'),
  subServicesRejected: email(18, ...names, 'serviceName', 'requestedSubServices', 'showReasonHeader'),
  overdue: email(19, 'name', 'requestsCount', 'servicesUrl'),
  support: email(20, 'name', 'email', 'service', 'type', 'message', 'showAdditionalInfoHeader'),
  addedToOrganisation: email(21, ...names, 'orgName', 'signInUrl'),
  permissionChanged: email(22, ...names, 'oldPermission', 'permissionName', 'isNowApprover', 'isReduced'),
  code: { ...sms(23, 'code'), sender: idOf(900) },
  reminder: sms(24, 'firstName', 'requestsCount'),
}

const lists: readonly string[] = ['subServices', 'requestedSubServices']
const numbers: readonly string[] = ['requestsCount']
const isFlag = (field: string): boolean => /^(?:is|show|approved$)/.test(field)

/** Something for each field of a template: texts with odd letters, numbers, true and false, lists. */
export function personalisationFor({ fields }: TemplateEntry, n: number): Record<string, unknown> {
  const value = (field: string): unknown => {
    if (lists.includes(field)) return [`Role “${n}”`, 'Zoë & Söhne\t– 100 %', '']
    if (numbers.includes(field)) return n
    if (isFlag(field)) return n % 2 === 0
    return ` ${field} ${n}: Ærøskøbing, 日本, "quoted" \\ ((x))\r\n😀 `
  }
  return Object.fromEntries(fields.map((field) => [field, value(field)]))
}

/** As the stand-in of Notify takes them. */
export const atNotify = (entries: Readonly<Record<string, TemplateEntry>>) =>
  Object.fromEntries(
    Object.values(entries).map(({ id, channel, fields }) => [id, { type: channel, fields: [...fields] }]),
  )
