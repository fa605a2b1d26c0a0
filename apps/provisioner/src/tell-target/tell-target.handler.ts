import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { Clock } from '#shared/clock'
import { messages, type ProvisioningMessage } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { Log } from '#shared/logging'
import {
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  minutes,
  type Outcome,
  reject,
  retry,
  seconds,
  TemporaryFailure,
} from '#shared/messaging'
import { targetState, Targets, type Target } from '#shared/provisioning'
import { Inbox, type Lease, UnitOfWork } from '#shared/unit-of-work'
import { longestTimeoutMs, ProvisionerSettings } from '../provisioner.settings.js'
import { TargetClient } from '../soap/target.client.js'
import { messageIdOf, teller } from '../subjects/owing.js'
import { Entries, type Entry } from './entries.repository.js'
import { judge, nextCall, type AtTarget, type Verdict } from './next-call.rules.js'

const tellTarget = handler({
  name: teller,
  messages: [messages.provisioningDue],
  policy: {
    ...{ attempts: 16, backoff: { baseMs: 1 * seconds, capMs: 60 * minutes }, timeOutMs: 45 * seconds },
    concurrency: 32,
  },
  followUps: [messages.provisioningDue],
})
type FollowUps = FollowUpsOf<typeof tellTarget>
/** A target may say that it has what it was to make, or has not what it was to change; and the other thing once more. */
const mostCalls = 3

/** Nothing is sent in its last quarter, so that nothing is under way after it. */
const leaseOf = (timeoutMs: number): Lease => ({ ms: 4 * timeoutMs, longestMs: 4 * longestTimeoutMs })

type Last = Exclude<Verdict, { readonly kind: 'otherwise' | 'confirmed' }>

/** Tells one target of one subject what is so by now. However many changes wait for it, it is one call. */
@Controller()
export class TellTargetHandler {
  constructor(
    private readonly entries: Entries,
    private readonly targets: Targets,
    private readonly client: TargetClient,
    private readonly settings: ProvisionerSettings,
    private readonly inbox: Inbox,
    private readonly unitOfWork: UnitOfWork,
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  @Consumes(tellTarget)
  async handle(
    @Payload() { entryId }: ProvisioningMessage,
    @Ctx() delivery: Delivery<FollowUps>,
  ): Promise<Outcome> {
    const entry = await this.entries.find(entryId)
    if (!entry) return this.tellNobody(delivery)
    if (!isOwedBy(entry, delivery.id)) return this.passOver(entry, delivery)
    if (!(await this.mayAsk(entry.target, delivery.id))) return this.leave(entry, delivery)
    const { timeoutMs } = this.settings
    const begun = performance.now()
    const start = await this.inbox.start(delivery, leaseOf(timeoutMs))
    if (start === 'done') return done
    if (start === 'busy') return retry('being-told-by-another')
    const isOwed = entry.messageId !== null || (await this.entries.owedAgain(entry))
    // Otherwise it has been given up, or another message owes it by now: the next look at it says which.
    const outcome = isOwed
      ? await this.tell(entry, delivery, () => performance.now() - begun <= 3 * timeoutMs)
      : retry('overtaken')
    if (outcome.kind !== 'done') await this.inbox.release(delivery)
    return outcome
  }

  /** One message alone asks a target that is held. */
  private async mayAsk(target: Target, id: string): Promise<boolean> {
    if (target.state === targetState.active || target.probe === id) return true
    return this.targets.askInstead(target, id)
  }

  private async tell(
    entry: Entry,
    delivery: Delivery<FollowUps>,
    mayStillSend: () => boolean,
  ): Promise<Outcome> {
    let atTarget = entry.atTarget
    for (let calls = 0; calls < mostCalls; calls++) {
      const call = nextCall({ ...entry, atTarget })
      if (!call) return this.confirm(entry, delivery, atTarget, calls > 0)
      if (!(await this.entries.sending(entry, delivery.id, call))) return retry('overtaken')
      const said = { ...entry, ...call }
      const answer = await this.client.tell(entry.target, said, delivery.signal, mayStillSend)
      const verdict = judge(answer, call, { ...entry, atTarget })
      if (verdict.kind === 'confirmed') return this.confirm(entry, delivery, verdict.atTarget, true)
      if (verdict.kind !== 'otherwise') return this.learn(entry, delivery, verdict)
      atTarget = verdict.atTarget
      await this.entries.learned(entry, delivery.id, { atTarget })
    }
    return retry('target-contradicts-itself')
  }

  private async confirm(
    entry: Entry,
    delivery: Delivery<FollowUps>,
    atTarget: AtTarget,
    isAsked: boolean,
  ): Promise<Outcome> {
    await this.unitOfWork.run(delivery, async (work) => {
      if (isAsked) await this.targets.answered(work, entry.target, delivery.id)
      else await this.targets.probed(work, entry.target.targetId, delivery.id)
      const next = await this.entries.confirm(work, entry, delivery.id, atTarget)
      if (next) work.named(messages.provisioningDue, next.messageId, { entryId: next.entryId })
    })
    return done
  }

  /** What an answer that is no confirmation says of the subject, and of the target. */
  private async learn(
    { target, ...entry }: Entry,
    { id }: Delivery<FollowUps>,
    verdict: Last,
  ): Promise<Outcome> {
    const { reason, atTarget } = verdict
    const isFinal =
      verdict.kind === 'never' && (await this.entries.refused({ target, ...entry }, id, verdict))
    if (!isFinal) await this.entries.learned({ target, ...entry }, id, { atTarget, reason })
    if (verdict.kind === 'again' && verdict.ofTarget) {
      if (await this.targets.failed(target.targetId, id, reason, this.clock.now()))
        this.log.warn('target held: it fails', { target: target.name, reason })
      return retry(reason)
    }
    await this.connection.transaction((db) =>
      this.targets.answered({ db, dialect: this.connection.dialect, now: this.clock.now() }, target, id),
    )
    return isFinal ? reject(reason) : retry(reason)
  }

  /** It was removed, or what it was to know is gone. */
  private async tellNobody(delivery: Delivery<FollowUps>): Promise<Outcome> {
    await this.unitOfWork.run(delivery, () => Promise.resolve())
    return done
  }

  /** Another message owes it by now, or none does. */
  private async passOver({ target }: Entry, delivery: Delivery<FollowUps>): Promise<Outcome> {
    await this.unitOfWork.run(delivery, (work) => this.targets.probed(work, target.targetId, delivery.id))
    return done
  }

  private async leave(entry: Entry, delivery: Delivery<FollowUps>): Promise<Outcome> {
    await this.unitOfWork.run(delivery, async (work) => {
      if (!(await this.entries.leave(work, entry, delivery.id))) throw new TemporaryFailure('target-goes-on')
    })
    return done
  }
}

/** By this message; or by none since it was refused, where this is the one that was, tried once more. */
function isOwedBy(entry: Entry, id: string): boolean {
  if (entry.messageId !== null) return entry.messageId === id
  return id === messageIdOf(entry.entryId, entry.messages) && entry.confirmedVersion !== entry.wantedVersion
}
