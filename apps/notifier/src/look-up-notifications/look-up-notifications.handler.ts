import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { Clock } from '#shared/clock'
import { messages } from '#shared/contracts'
import { UnitOfWork } from '#shared/unit-of-work'
import { Consumes, Delivery, done, handler, minutes, type Outcome, seconds } from '#shared/messaging'
import { hasFailed } from '../delivery-states/delivery-state.rules.js'
import { LearnedStates } from '../delivery-states/learned-states.js'
import { Notifications } from '../delivery-states/notifications.repository.js'
import { NotifierSettings } from '../notifier.settings.js'
import { NotifyError } from '../sending/notify.error.js'
import { outcomeOfFailure } from '../sending/notify-failure.rules.js'
import { NotifyStates } from './notify-states.js'

const lookUpNotifications = handler({
  name: 'look-up-notifications',
  messages: [messages.scheduleLookUpNotifications],
  policy: {
    attempts: 10,
    backoff: { baseMs: 5 * seconds, capMs: 1 * minutes },
    timeOutMs: 5 * minutes,
    concurrency: 1,
    upstream: 'notify',
  },
  followUps: [messages.notificationFailed, messages.webhookEventsDue],
})

/** Asks Notify what became of emails and text messages, and has sent anew what failed for the time being. */
@Controller()
export class LookUpNotificationsHandler {
  constructor(
    private readonly notifications: Notifications,
    private readonly notifyStates: NotifyStates,
    private readonly states: LearnedStates,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: NotifierSettings,
    private readonly clock: Clock,
  ) {}

  @Consumes(lookUpNotifications)
  async handle(@Ctx() delivery: Delivery): Promise<Outcome> {
    const due = await this.notifications.due(this.settings.anewMs)
    for (const row of due.filter(({ State }) => hasFailed(State))) await this.states.sendAnew(row)
    try {
      const open = due.filter(({ State }) => !hasFailed(State))
      for await (const learned of this.notifyStates.of(open)) await this.states.learn(learned, true)
    } catch (error) {
      if (!(error instanceof NotifyError)) throw error
      return outcomeOfFailure(error, this.clock.instant(), 0)
    }
    await this.unitOfWork.finish(delivery)
    return done
  }
}
