import { dayOf, SystemClock } from '#shared/clock'
import { subjects } from '#shared/contracts'
import {
  benefitAnswers,
  claimDurations,
  claimEnds,
  claimKinds,
  claimOfKind,
  differences,
  isOfficeHours,
  openClaims,
  openMessages,
  submit,
  type ClaimEnd,
  type SubmittedClaim,
} from '../../simulators/external-web-app/index.js'
import type { Progress } from './progress.js'
import { waitUntil } from './wait.js'
import type { World } from './world.js'

/** What there is to say of one claim. */
export interface ClaimResult {
  readonly claim: SubmittedClaim
  readonly end: ClaimEnd
  /** It passed every rule out of office hours and waited for the daily run. */
  readonly waited: boolean
  /** From its Task row to the end of its last message. */
  readonly ms: number | undefined
  /** In what it did not end as its input says. */
  readonly wrong: readonly string[]
}

const clock = new SystemClock()

/** Claims of every kind in turn. */
export function variedClaims(count: number): SubmittedClaim[] {
  const now = clock.now()
  return Array.from({ length: count }, (_, i) =>
    claimOfKind(claimKinds[i % claimKinds.length] ?? 'first-time', i + 1, now),
  )
}

/** Submits claims and follows them to their end, the daily approval run included. */
export class ClaimsAtWork {
  private submitted = 0
  /** The ids of those that passed every rule out of office hours. */
  private readonly waited = new Set<number>()
  private readonly since = performance.now()
  private readonly officeHoursAtStart = isOfficeHours(clock.now())
  private officeHoursAtEnd = this.officeHoursAtStart

  constructor(
    private readonly world: World,
    private readonly claims: readonly SubmittedClaim[],
    private readonly progress: Progress,
  ) {}

  /** @throws DemoFailure saying what is missing when the claims take too long */
  async run(): Promise<void> {
    const { simulators, connection, nats } = this.world
    simulators.benefitChecker.setStatusBySurname(benefitAnswers(this.claims))
    const submitting = submit(connection, this.claims, { onSubmitted: () => this.submitted++ })
    await Promise.all([submitting, this.untilEnded(() => this.submitted === this.claims.length)])
    this.officeHoursAtEnd = isOfficeHours(clock.now())
    for (const claimId of await this.waitingIds()) this.waited.add(claimId)
    if (this.waited.size === 0) return
    this.progress.tell(
      `  passed every rule out of office hours, and now the daily run is fired for them: ${this.waited.size}`,
    )
    await nats.fireDailyRun(dayOf(clock.now()))
    await this.untilEnded(async () => (await this.waitingIds()).length === 0)
  }

  /** Where the claims are now. */
  async results(): Promise<ClaimResult[]> {
    const { connection, simulators } = this.world
    const calls = { notify: simulators.notify.calls, benefitChecker: simulators.benefitChecker.calls }
    const ends = await claimEnds(connection, calls, this.claims)
    const durations = await claimDurations(connection)
    const open = await openClaims(connection)
    return ends.flatMap((end, i) => {
      const claim = this.claims[i]
      if (!claim) return []
      const waited = this.waited.has(claim.claimId)
      const wrong = open.has(claim.claimId)
        ? ['has not ended']
        : [...differences(claim, end), ...this.wrongPath(claim, waited)]
      return [{ claim, end, waited, ms: durations.get(claim.claimId), wrong }]
    })
  }

  /** Only where the clock leaves no doubt: some were decided on just before the hour, some after. */
  private wrongPath({ expectedWaiting }: SubmittedClaim, waited: boolean): string[] {
    if (!expectedWaiting || this.officeHoursAtStart !== this.officeHoursAtEnd) return []
    if (waited === !this.officeHoursAtStart) return []
    return [waited ? 'waited for the daily run in office hours' : 'was approved at once out of office hours']
  }

  private async waitingIds(): Promise<number[]> {
    const query = this.world.connection.db.selectFrom('IntSchema.AutoApproval').select('ClaimId')
    return (await query.execute()).map(({ ClaimId }) => ClaimId)
  }

  private async untilEnded(alsoNeeded: () => boolean | Promise<boolean>): Promise<void> {
    const { connection, halt } = this.world
    await waitUntil(
      async () => {
        const ready = await alsoNeeded()
        // Counted first, or what is committed in between would seem to have ended.
        const submitted = this.submitted
        const open = await openClaims(connection)
        const seconds = ((performance.now() - this.since) / 1_000).toFixed(1)
        this.progress.show(await this.state(submitted, open.size), `  ${seconds.padStart(5)} s  `)
        return ready && open.size === 0
      },
      {
        signal: halt.signal,
        limitMs: 60_000 + 100 * this.claims.length,
        missing: () => this.whatIsMissing(),
      },
    )
  }

  private async state(submitted: number, open: number): Promise<string> {
    const { connection, simulators } = this.world
    const done = await connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select((row) => ['Subject', row.fn.countAll<number>().as('count')])
      .where('DateEnded', 'is not', null)
      .groupBy('Subject')
      .execute()
    const count = (subject: string) => done.find(({ Subject }) => Subject === subject)?.count ?? 0
    return [
      `submitted ${submitted}/${this.claims.length}`,
      `moved in ${count(subjects.claimSubmitted)}`,
      `benefit checked ${count(subjects.claimBenefitCheckDue)}`,
      `rules applied ${count(subjects.claimApprovalDue)}`,
      `emails ${simulators.notify.calls.length}`,
      `ended ${Math.max(0, submitted - open)}`,
    ].join(' · ')
  }

  private async whatIsMissing(): Promise<string> {
    const open = await openMessages(this.world.connection)
    if (open.length === 0)
      return `${this.submitted} of ${this.claims.length} claims submitted, none under way`
    const kinds = new Map<string, number>()
    for (const { subject, attempts, lastReason } of open) {
      const kind = `${subject} (${attempts ? `last failure: ${lastReason}` : 'no failed attempt on record'})`
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
    return `messages that have not ended: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}`
  }
}
