import { Injectable } from '@nestjs/common'
import { claimEvent, insertClaimEventWhere, systemCaseworker } from '#shared/claims'
import { Clock, fromLondon } from '#shared/clock'
import {
  arrivedStates,
  channels,
  events,
  fittingId,
  messages,
  type FailedState,
  type MessageIdentity,
} from '#shared/contracts'
import { Log } from '#shared/logging'
import { UnitOfWork, type Work } from '#shared/unit-of-work'
import { counted } from '#shared/telemetry'
import { NotifierSettings } from '../notifier.settings.js'
import { failureNote, hasArrived, hasFailed, lookAfter, mayPass, type Tried } from './delivery-state.rules.js'
import { Notifications, type NotificationRow } from './notifications.repository.js'
import { Resendings } from './resendings.repository.js'

type Alert = typeof messages.notificationFailed | typeof messages.webhookEventsDue

/** A notification, with what Notify says of it; undefined where it says nothing. */
export interface Learned {
  readonly row: NotificationRow
  readonly status: string | undefined
}

/**
 * What Notify says of emails and text messages, and what follows from it: once, whoever hears it first, and however often. What
 * Notify has ended stays so: it takes no second word of its providers either.
 */
@Injectable()
export class LearnedStates {
  constructor(
    private readonly notifications: Notifications,
    private readonly resendings: Resendings,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: NotifierSettings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @param asked those of which nothing is known yet are asked about again later, or not any more */
  async learn(learned: readonly Learned[], asked: boolean): Promise<void> {
    const open: NotificationRow[] = []
    for (const { row, status = '' } of learned) {
      if (hasFailed(status)) await this.failed(row, status)
      else if (!hasArrived(status)) open.push(row)
    }
    for (const state of arrivedStates) {
      const rows = learned.filter(({ status }) => status === state).map(({ row }) => row)
      for (const of of byChannel(rows)) count(of, state, await this.notifications.arrived(of, state))
    }
    if (!asked) return
    for (const of of byChannel(open)) count(of, 'unknown', await this.notifications.wait(of))
  }

  /**
   * Has sent anew what failed for the time being, and looks later what became of that: its run may be refused, for it has expired
   * since, say. Where it cannot be, or was not sent, it is told as what does not pass.
   */
  async sendAnew(row: NotificationRow): Promise<void> {
    const now = this.clock.instant()
    const came =
      row.DateSentAnew === null ? await this.resendings.sendAnew(row, lookAfter(now, now)) : 'sent-before'
    if (came === 'sent') return
    if (came === 'refused') return this.tellNotAnew(row)
    const since = await this.resendings.since(row)
    if (since === 'under-way') {
      const from = row.DateSentAnew ?? row.DateEnded
      return this.resendings.lookAgain(row, lookAfter(from === null ? now : fromLondon(from), now))
    }
    if (since === 'sent') return this.resendings.lookNoMore(row.MessageId)
    await this.tellNotAnew(row)
  }

  /** Once, whoever sees it first. */
  private async tellNotAnew(row: NotificationRow): Promise<void> {
    if (!hasFailed(row.State)) return
    const state = row.State
    const told = await this.unitOfWork.run(alertOf(row, `${state}.not-anew`), async (work) => {
      await this.resendings.giveUp(work, row)
      await tell(work, row, state, 'not-anew')
    })
    if (told) this.say(row, state)
  }

  private async failed(row: NotificationRow, state: FailedState): Promise<void> {
    const isAnew = mayPass(state) && row.TaskId !== null && !(await this.resendings.wasSentAnew(row))
    const anewAt = new Date(this.clock.instant().getTime() + this.settings.anewMs)
    const first = await this.unitOfWork.run(alertOf(row, state), async (work) => {
      await this.notifications.failed(work, row, state, isAnew ? anewAt : undefined)
      if (!isAnew) await tell(work, row, state, 'twice')
    })
    if (!first) return
    count([row], state, 1)
    if (!isAnew) this.say(row, state)
  }

  private say({ MessageId: messageId, Template: template }: NotificationRow, reason: FailedState): void {
    this.log.warn('a notification reached nobody', { messageId, template, reason })
  }
}

/** What follows from a state is done once, under an id of its own. */
const alertOf = (row: NotificationRow, what: string): MessageIdentity<Alert> => ({
  consumer: 'notification-state',
  id: fittingId(`${row.MessageId}.${what}`),
})

/** Caseworkers, where it is about a claim that is still there; and the chat. */
async function tell(
  work: Work<Alert>,
  row: NotificationRow,
  state: FailedState,
  tried: Tried,
): Promise<void> {
  const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = row
  const { Channel: channel, Template: template } = row
  const isAboutClaim = reference !== null && eligibilityId !== null && claimId !== null
  if (isAboutClaim) {
    const details = {
      event: claimEvent.notificationFailed,
      additionalData: template,
      note: failureNote(channel, state, tried),
      caseworker: systemCaseworker,
    }
    const itsClaim = work.db
      .selectFrom('IntSchema.Claim')
      .select('ClaimId')
      .where('Reference', '=', reference)
      .where('EligibilityId', '=', eligibilityId)
      .where('ClaimId', '=', claimId)
    const claim = { reference, eligibilityId, claimId }
    await work.batch([insertClaimEventWhere(work, claim, details, itsClaim)])
  }
  const failure = { channel: channel === 'sms' ? 'sms' : 'email', template, state } as const
  work.item(messages.notificationFailed, 'told', failure)
  const about = isAboutClaim ? { claim: { reference, eligibilityId, claimId } } : {}
  work.tell(events.notificationFailed, 'told', { ...failure, ...about }, reference ?? undefined)
}

const byChannel = (rows: readonly NotificationRow[]): NotificationRow[][] =>
  channels
    .map((channel) => rows.filter(({ Channel: each }) => each === channel))
    .filter(({ length }) => length > 0)

function count([first]: readonly NotificationRow[], state: string, so: number): void {
  if (first && so) counted().notifications.inc({ channel: first.Channel, state }, so)
}
