import { z } from 'zod'
import { HttpSimulator, type Received } from './http-simulator.js'
import { plain, type Reply, type SimulatorRequest } from './http-messages.js'
import {
  confirmation,
  legacyAction,
  legacyFault,
  legacyWsdl,
  readLegacyCall,
  type LegacyCall,
} from './legacy.messages.js'

export type { LegacyCall } from './legacy.messages.js'

/** What a service has of a subject. */
export interface LegacyRecord {
  /** As `user 7@12`. */
  readonly key: string
  readonly fields: Readonly<Record<string, string | null>>
  readonly groups: readonly string[]
  readonly created: number
  readonly updated: number
}

/** A fault that the service answers instead of doing what it is asked. */
export interface LegacyFault {
  /** As `Client.AlreadyExists`. */
  readonly code: string
  /** 500 where it says nothing; 200 is what some do. */
  readonly status?: number | undefined
  readonly times?: number | undefined
  /** Only where the request has this text in it. */
  readonly matchText?: string | undefined
}

const answersSchema = z.strictObject({
  faults: z
    .array(
      z.strictObject({
        code: z.string().min(1),
        status: z.int().optional(),
        times: z.int().positive().optional(),
        matchText: z.string().min(1).optional(),
      }),
    )
    .optional(),
  users: z.record(z.string(), z.string()).optional(),
  version: z.int().positive().optional(),
})

/**
 * Systems of old that are told of users, roles and organisations by SOAP: each first part of a path is one of its own, with its WSDL at
 * `?wsdl`. It keeps what it is told, makes nothing twice, and changes nothing that is not there.
 */
export class LegacySimulator extends HttpSimulator<LegacyCall> {
  readonly #records = new Map<string, Map<string, LegacyRecord>>()
  #faults: { fault: LegacyFault; left: number }[] = []
  #users: Readonly<Record<string, string>> | undefined
  #version = 1
  /** How often a WSDL was read. */
  wsdlReads = 0

  constructor(options: { random?: (() => number) | undefined } = {}) {
    super('legacy systems', options.random)
  }

  /** Where a system describes itself. */
  wsdl(system: string): string {
    return `${this.url}/${system}/service?wsdl`
  }

  /** What a system has, in the order it was made. */
  records(system: string): LegacyRecord[] {
    return [...(this.#records.get(system)?.values() ?? [])]
  }

  /** From now on; the first that fits. */
  setFaults(...faults: LegacyFault[]): void {
    this.#faults = faults.map((fault) => ({ fault, left: fault.times ?? Infinity }))
  }

  /** Who may ask, and by which password; undefined: anybody. */
  setUsers(users: Readonly<Record<string, string>> | undefined): void {
    this.#users = users
  }

  /** Another version has other actions, and refuses those of before. */
  setVersion(version: number): void {
    this.#version = version
  }

  override putAnswers(answers: unknown): void {
    const { faults = [], users, version = 1 } = answersSchema.parse(answers)
    this.setFaults(...faults)
    this.setUsers(users)
    this.setVersion(version)
  }

  override resetAnswers(): void {
    this.putAnswers({})
  }

  protected override forgetWork(): void {
    this.#records.clear()
    this.wsdlReads = 0
  }

  protected override receive(request: SimulatorRequest): Received<LegacyCall> {
    const { method, path, query, headers, body } = request
    const system = path.split('/')[1] ?? ''
    if (method === 'GET' && query.has('wsdl')) {
      this.wsdlReads += 1
      return { perform: () => xml(200, legacyWsdl(this.url + path, this.#version)) }
    }
    if (method !== 'POST') return { perform: () => plain(405) }
    const action = headers.soapaction
    const call = readLegacyCall(system, body, typeof action === 'string' ? action : undefined)
    if (!call) return { perform: () => xml(500, legacyFault('1.1', 'Client')) }
    return { call, perform: () => this.#perform(call) }
  }

  #perform(call: LegacyCall): Reply {
    const fault = this.#refusal(call)
    if (fault) return xml(fault.status ?? 500, legacyFault(call.soap, fault.code))
    const { system, fields, groups } = call
    const records = this.#records.get(system) ?? new Map<string, LegacyRecord>()
    this.#records.set(system, records)
    const key = keyOf(call)
    const before = records.get(key)
    const makes = fields.action === 'CREATE'
    if (makes && before) return xml(500, legacyFault(call.soap, 'Client.AlreadyExists'))
    if (!makes && !before) return xml(500, legacyFault(call.soap, 'Client.NotFound'))
    const updated = before ? before.updated + 1 : 0
    records.set(key, { key, fields, groups, created: 1, updated })
    return xml(200, confirmation(call))
  }

  #refusal(call: LegacyCall): LegacyFault | undefined {
    const { username = '', password, operation, body, soapAction } = call
    if (this.#users && (password === undefined || this.#users[username] !== password))
      return { code: 'Client.FailedAuthentication' }
    if (soapAction !== `"${legacyAction(operation, this.#version)}"`)
      return { code: 'Client.ActionNotSupported' }
    const found = this.#faults.find(
      ({ fault: { matchText }, left }) => left > 0 && (matchText === undefined || body.includes(matchText)),
    )
    if (found) found.left -= 1
    return found?.fault
  }
}

function keyOf({ operation, fields }: LegacyCall): string {
  const first = (...names: string[]) => names.map((name) => fields[name]).find((value) => value !== undefined)
  if (operation === 'ProvisionUser') return `user ${first('saUserID', 'userId')}@${first('organisationId')}`
  if (operation === 'ProvisionOrganisation') return `organisation ${first('organisationId')}`
  return `role ${first('id', 'collectionGroupId')}`
}

const xml = (status: number, body: string): Reply => ({ status, contentType: 'text/xml', body })
