import { z } from 'zod'
import { HttpSimulator, type Received } from './http-simulator.js'
import { plain, type Reply, type SimulatorRequest } from './http-messages.js'
import {
  answerMessage,
  faultMessage,
  readCheckRequest,
  type CheckRequest,
  type Fault,
} from './benefit-checker.messages.js'
import { benefitCheckerWsdl } from './benefit-checker.wsdl.js'

/** A check that was asked for, also one that ended in a fault. */
export type BenefitCheckCall = CheckRequest

/** What the service answers: a surname's own fault or status, otherwise the fault for all, otherwise the status. */
export interface BenefitAnswers {
  /** Sent as written; the real service says `Yes`, `No`, `Undetermined`, `Deceased`. */
  status?: string | undefined
  bySurname?: Readonly<Record<string, string>> | undefined
  fault?: Fault | undefined
  faultBySurname?: Readonly<Record<string, Fault>> | undefined
}

export interface BenefitCheckerOptions {
  /** Namespace prefix of the answers; one that nobody should be looking for. */
  prefix?: string | undefined
  random?: (() => number) | undefined
}

const DEFAULT_STATUS = 'Yes'

const fault = z.strictObject({ code: z.string().min(1), text: z.string() })
const answersSchema = z.strictObject({
  status: z.string().optional(),
  bySurname: z.record(z.string(), z.string()).optional(),
  fault: fault.optional(),
  faultBySurname: z.record(z.string(), fault).optional(),
})

const bySurnameMap = <Value>(values: Readonly<Record<string, Value>>): Map<string, Value> =>
  new Map(Object.entries(values).map(([surname, value]) => [surname.toUpperCase(), value]))

const xml = (status: number, body: string): Reply => ({ status, contentType: 'text/xml', body })

const missing = (field: string): Fault => ({ code: 'LSCBC205', text: `Missing '${field}'` })
const wrongSize = (field: string): Fault => ({
  code: 'LSCBC210',
  text: `Error in request parameter '${field}'`,
})
const wrongForm = (field: string): Fault => ({
  code: 'LSCBC215',
  text: `Error in request parameter '${field}'`,
})

function checkSize(value: string, field: string, [least, most]: [number, number]): Fault | undefined {
  if (value === '') return missing(field)
  return value.length < least || value.length > most ? wrongSize(field) : undefined
}

function checkDate(value: string, field: string): Fault | undefined {
  const fault = checkSize(value, field, [8, 8])
  if (fault) return fault
  const day = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`
  const date = new Date(`${day}T00:00:00Z`)
  return isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day ? wrongForm(field) : undefined
}

/** The service's own checks of a request: 205 is a field missing, 210 one of the wrong length, 215 of the wrong form. */
function invalid(request: CheckRequest): Fault | undefined {
  return (
    checkSize(request.surname, 'Surname', [2, 50]) ??
    checkSize(request.clientReference, 'Reference', [3, 50]) ??
    checkSize(request.nino, 'NI', [9, 9]) ??
    checkDate(request.dateOfBirth, 'DateOfBirth') ??
    (request.dateOfAward ? checkDate(request.dateOfAward, 'DateOfAward') : undefined)
  )
}

/** The benefit checker: SOAP 1.1 at any path, faults as HTTP 500, and its WSDL at `?wsdl`. */
export class BenefitCheckerSimulator extends HttpSimulator<BenefitCheckCall> {
  readonly #prefix: string
  #status = DEFAULT_STATUS
  #fault: Fault | undefined
  #statuses = new Map<string, string>()
  #faults = new Map<string, Fault>()
  #checks = 0

  constructor(options: BenefitCheckerOptions = {}) {
    super('benefit checker', options.random)
    this.#prefix = options.prefix ?? 'bc7'
  }

  /** The status for everybody without one of their own. */
  setStatus(status: string): void {
    this.#status = status
  }

  /** Statuses by surname, in whatever case; takes the place of those set before. */
  setStatusBySurname(bySurname: Readonly<Record<string, string>>): void {
    this.#statuses = bySurnameMap(bySurname)
  }

  /** The fault for everybody; undefined ends it. */
  setFault(fault: Fault | undefined): void {
    this.#fault = fault
  }

  /** Faults by surname; takes the place of those set before. */
  setFaultBySurname(faultBySurname: Readonly<Record<string, Fault>>): void {
    this.#faults = bySurnameMap(faultBySurname)
  }

  /** All answers at once; what is left out is as at the start. */
  setAnswers({ status = DEFAULT_STATUS, bySurname = {}, fault, faultBySurname = {} }: BenefitAnswers): void {
    this.setStatus(status)
    this.setStatusBySurname(bySurname)
    this.setFault(fault)
    this.setFaultBySurname(faultBySurname)
  }

  override putAnswers(answers: unknown): void {
    this.setAnswers(answersSchema.parse(answers))
  }

  override resetAnswers(): void {
    this.setAnswers({})
  }

  protected override forgetWork(): void {
    this.#checks = 0
  }

  protected override receive(request: SimulatorRequest): Received<BenefitCheckCall> {
    if (request.method === 'GET' && request.query.has('wsdl')) {
      return { perform: () => xml(200, benefitCheckerWsdl(this.url + request.path)) }
    }
    if (request.method !== 'POST') return { perform: () => plain(405) }
    const call = readCheckRequest(request.body)
    if (!call) return { perform: () => xml(500, faultMessage(this.#prefix, 'Not a benefit check')) }
    return { call, perform: () => this.#check(call) }
  }

  #check(call: BenefitCheckCall): Reply {
    const surname = call.surname.toUpperCase()
    const found = invalid(call) ?? this.#faultFor(surname)
    if (found) return xml(500, faultMessage(this.#prefix, found.text, found.code))
    this.#checks += 1
    const fields = {
      originalClientRef: call.clientReference,
      benefitCheckerStatus: this.#statuses.get(surname) ?? this.#status,
      confirmationRef: `T${String(this.#checks).padStart(13, '0')}`,
    }
    return xml(200, answerMessage(this.#prefix, fields))
  }

  #faultFor(surname: string): Fault | undefined {
    const own = this.#faults.get(surname)
    if (own) return own
    return this.#statuses.has(surname) ? undefined : this.#fault
  }
}
