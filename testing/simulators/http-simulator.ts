import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { CallLog } from './call-log.js'
import { control, CONTROL_PATH, type Controllable } from './control.js'
import {
  json,
  plain,
  readRequest,
  send,
  sendHalf,
  sendLater,
  type Reply,
  type SimulatorRequest,
} from './http-messages.js'
import { MisbehaviourRules, seededRandom, type Misbehaviour, type MisbehaviourRule } from './misbehaviour.js'

/** A request understood: the call it amounts to, if it is one, and what doing it answers. */
export interface Received<Call> {
  call?: Call
  /** Does the work and answers. Called at most once. */
  perform: () => Reply
}

const GARBAGE: Reply = { status: 200, contentType: 'text/html', body: '\u0000<<not{what"anyone</expects' }

/**
 * A stand-in for an upstream: an HTTP server on this machine that answers as the upstream does, keeps a list of the
 * calls it has taken and misbehaves on request.
 */
export abstract class HttpSimulator<Call> implements Controllable<Call> {
  readonly #server: Server
  readonly #log: CallLog<Call>
  readonly #rules: MisbehaviourRules<Call>
  #requests = 0
  #failed = 0
  #url = ''

  constructor(name: string, random: () => number = seededRandom(1)) {
    this.#log = new CallLog(name)
    this.#rules = new MisbehaviourRules(random)
    this.#server = createServer((request, response) => void this.#serve(request, response))
    // Longer than any client keeps an idle connection, or a request meets a connection that is just being closed.
    this.#server.keepAliveTimeout = 65_000
  }

  /** Base address without a trailing slash. */
  get url(): string {
    return this.#url
  }

  /** The calls whose work was done, oldest first. */
  get calls(): readonly Call[] {
    return this.#log.calls
  }

  /** Every request but the control ones, those that were refused or failed included. */
  get requests(): number {
    return this.#requests
  }

  /** Of the requests, those that met a rule, or whose sender had gone before the answer. */
  get failed(): number {
    return this.#failed
  }

  /** Waits for the `count`-th call since the last reset; resolves with all calls so far, rejects after `timeoutMs`. */
  waitForCalls(count: number, timeoutMs = 5_000): Promise<readonly Call[]> {
    return this.#log.waitFor(count, timeoutMs)
  }

  /** Tells the listener of every call, before it is answered; the result takes the listener off. */
  onCall(listener: (call: Call) => void): () => void {
    return this.#log.listen(listener)
  }

  /** Adds a rule; of several the first that applies decides. */
  misbehave(rule: MisbehaviourRule<Call>): void {
    this.#rules.add(rule)
  }

  /** Takes all rules away. */
  behaveWell(): void {
    this.#rules.clear()
  }

  /** Empties the list of calls; what the calls did (emails, tickets) stays. */
  forgetCalls(): void {
    this.#log.forget()
    this.#requests = 0
    this.#failed = 0
  }

  /** As if just started: no calls, no rules, default answers, nothing remembered. */
  reset(): void {
    this.forgetCalls()
    this.behaveWell()
    this.resetAnswers()
    this.forgetWork()
  }

  /** Starts to listen; port 0 is any free one. Rejects if the port is taken. */
  async listen(port: number, host = '127.0.0.1'): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  /** Stops at once: open connections are cut and waits end with an error. May be repeated. */
  async close(): Promise<void> {
    this.#log.close()
    if (!this.#server.listening) return
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  /** Sets answers from JSON; throws `ZodError` if it does not understand them. */
  abstract putAnswers(answers: unknown): void
  abstract resetAnswers(): void
  protected abstract forgetWork(): void
  /** Understands a request without doing it. */
  protected abstract receive(request: SimulatorRequest): Received<Call>

  /** What this upstream says with an error status of its own accord. */
  protected errorReply(status: number): Reply {
    return plain(status)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming = await readRequest(request)
    if (!incoming) return void response.destroy()
    try {
      if (incoming.path.startsWith(CONTROL_PATH)) return send(response, control(this, incoming))
      this.#requests += 1
      let received = this.receive(incoming)
      const misbehaviour = this.#rules.choose(received.call)
      this.#countIfFails(misbehaviour, response)
      if (misbehaviour?.kind === 'late' || misbehaviour?.kind === 'given-up') {
        if (misbehaviour.kind === 'given-up') send(response, this.errorReply(504))
        await delay(misbehaviour.ms, undefined, { ref: false })
        // What came meanwhile was before it.
        received = this.receive(incoming)
      }
      this.#answer(received, misbehaviour, response)
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      send(response, json(500, { error: `The simulator itself failed: ${reason}` }))
    }
  }

  #countIfFails(misbehaviour: Misbehaviour | undefined, response: ServerResponse): void {
    if (misbehaviour) this.#failed += 1
    else response.once('close', () => (this.#failed += response.writableFinished ? 0 : 1))
  }

  #answer(received: Received<Call>, misbehaviour: Misbehaviour | undefined, response: ServerResponse): void {
    if (misbehaviour?.kind === 'refuse') return void response.destroy()
    if (misbehaviour?.kind === 'status') return send(response, this.#statusReply(misbehaviour))
    const reply = received.perform()
    if (received.call !== undefined) this.#log.record(received.call)
    switch (misbehaviour?.kind) {
      case undefined:
      case 'late':
        return send(response, reply)
      case 'slow':
        return sendLater(response, reply, misbehaviour.ms)
      case 'reset':
        return sendHalf(response, reply)
      case 'garbage':
        return send(response, GARBAGE)
      case 'answer-lost':
        return void response.destroy()
      case 'given-up':
        // It was answered before.
        return
    }
  }

  #statusReply({ status, body, headers }: Extract<Misbehaviour, { kind: 'status' }>): Reply {
    const reply =
      body === undefined
        ? this.errorReply(status)
        : typeof body === 'string'
          ? { ...plain(status), body }
          : json(status, body)
    return { ...reply, ...(headers && { headers: { ...reply.headers, ...headers } }) }
  }
}
