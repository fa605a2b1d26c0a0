import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { WSSecurity } from 'soap'
import { callableTargets, GuardedClient, isPlainText, isSuccess } from '#shared/http'
import type { Target } from '#shared/provisioning'
import { ok, upstreamCall } from '#shared/telemetry'
import type { Answer } from '../tell-target/next-call.rules.js'
import { ProvisionerSettings } from '../provisioner.settings.js'
import { answerOf } from './answer.rules.js'
import { readCredentials } from './credentials.js'
import { envelope, headersOf, operationOf, type Said } from './envelope.js'
import { readWsdl, type ReadWsdl, type Wsdl } from './wsdl.rules.js'

/** A response is a line or a fault. What is deep in elements or namespaces takes the longer, the longer it is, by its square. */
const mostOfAnswer = 64 * 1024

interface KeptWsdl {
  readonly wsdl: Wsdl
  readonly from: string
  readonly readAt: number
}

type Ready<T> = { readonly ready: T } | { readonly answer: Answer }

/** Targets, over SOAP. Never rejects, and no person's data is in what it gives. */
@Injectable()
export class TargetClient implements OnApplicationShutdown {
  private readonly http: GuardedClient
  private readonly wsdls = new Map<number, KeptWsdl>()

  constructor(private readonly settings: ProvisionerSettings) {
    this.http = new GuardedClient({ ...callableTargets, loopback: settings.isLoopbackAllowed })
  }

  /**
   * Tells a target of a subject.
   * @param mayStillSend asked directly before anything is sent
   */
  tell(target: Target, said: Said, signal: AbortSignal, mayStillSend: () => boolean): Promise<Answer> {
    return upstreamCall(
      { upstream: 'provisioning', operation: 'tell' },
      () => this.ask(target, said, signal, mayStillSend),
      (answer) => (answer.kind === 'confirmed' ? ok : answer.reason),
    )
  }

  onApplicationShutdown(): void {
    this.http.close()
  }

  private async ask(
    target: Target,
    said: Said,
    signal: AbortSignal,
    mayStillSend: () => boolean,
  ): Promise<Answer> {
    const wsdl = await this.wsdlOf(target, signal)
    if ('answer' in wsdl) return wsdl.answer
    const security = await this.securityOf(target)
    if ('answer' in security) return security.answer
    const { address, namespace, actions } = wsdl.ready
    const operation = operationOf(target.format, said.kind)
    const action = Object.hasOwn(actions, operation) ? actions[operation] : undefined
    if (action === undefined) return misconfigured('target-wsdl-without-operation')
    const body = envelope(target.format, said, {
      namespace,
      ...(security.ready === undefined ? {} : { security: security.ready }),
      ...(target.addressed ? { addressing: { to: address, action } } : {}),
    })
    const result = await this.http.send({
      ...{ method: 'POST', url: address, headers: headersOf(target.format, action), body },
      ...{ timeoutMs: this.settings.timeoutMs, maxBytes: mostOfAnswer, signal, mayStillSend },
    })
    const answer =
      result.kind === 'address-refused'
        ? misconfigured('target-address-refused')
        : answerOf(result, operation)
    // What it refuses may be because it is another one by now.
    if (answer.kind !== 'confirmed') this.wsdls.delete(target.targetId)
    return answer
  }

  private async wsdlOf({ targetId, wsdl: url }: Target, signal: AbortSignal): Promise<Ready<Wsdl>> {
    const kept = this.wsdls.get(targetId)
    if (kept?.from === url && performance.now() - kept.readAt < this.settings.wsdlMs)
      return { ready: kept.wsdl }
    const readAt = performance.now()
    const result = await upstreamCall(
      { upstream: 'provisioning', operation: 'wsdl' },
      () => this.http.send({ method: 'GET', url, timeoutMs: this.settings.timeoutMs, signal }),
      (answer) =>
        answer.kind === 'answered' && isSuccess(answer.status) ? ok : `target-wsdl-${answer.kind}`,
    )
    if (result.kind === 'address-refused') return { answer: misconfigured('target-address-refused') }
    if (result.kind !== 'answered') return { answer: notHeard(`target-wsdl-${result.failure}`) }
    if (!isSuccess(result.status)) return { answer: misconfigured(`target-wsdl-http-${result.status}`) }
    const read: ReadWsdl = readWsdl(result.body, url)
    if (read.kind === 'unusable') return { answer: misconfigured(read.reason) }
    this.wsdls.set(targetId, { wsdl: read.wsdl, from: url, readAt })
    return { ready: read.wsdl }
  }

  private async securityOf({ credentials: name }: Target): Promise<Ready<string | undefined>> {
    if (name === null) return { ready: undefined }
    const credentials = await readCredentials(this.settings.credentials, name)
    if (!credentials) return { answer: misconfigured('target-credentials-missing') }
    const { username, password } = credentials
    if (![username, password].every((each) => isPlainText(each) && !each.startsWith('<![CDATA[')))
      return { answer: misconfigured('target-credentials-unusable') }
    const options = {
      passwordType: 'PasswordText',
      hasTimeStamp: true,
      hasNonce: false,
      hasTokenCreated: false,
    }
    return { ready: new WSSecurity(username, password, options).toXML() }
  }
}

const misconfigured = (reason: string): Answer => ({ kind: 'misconfigured', reason })
const notHeard = (reason: string): Answer => ({ kind: 'not-heard', reason })
