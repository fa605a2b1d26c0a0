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
} from '../../testing/simulators/external-web-app/index.js'
import type { Progress } from './progress.js'
import { waitUntil } from './wait.js'
import type { Site } from './site.js'

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

/** Claims of every kind in turn, with numbers from `first` on. */
export function variedClaims(count: number, first = 1): SubmittedClaim[] {
  const now = clock.now()
  return Array.from({ length: count }, (_, i) =>
    claimOfKind(claimKinds[i % claimKinds.length] ?? 'first-time', first + i, now),
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
    private readonly site: Site,
    private readonly claims: readonly SubmittedClaim[],
    private readonly progress: Progress,
  ) {}

  /** @throws DemoFailure saying what is missing when the claims take too long */
  async run(): Promise<void> {
    const { connection } = this.site
    await this.site.setBenefitAnswers(benefitAnswers(this.claims))
    const submitting = submit(connection, this.claims, { onSubmitted: () => this.submitted++ })
    await Promise.all([submitting, this.untilEnded(() => this.submitted === this.claims.length)])
    this.officeHoursAtEnd = isOfficeHours(clock.now())
    for (const claimId of await this.waitingIds()) this.waited.add(claimId)
    if (this.waited.size === 0) return
    this.progress.tell(
      `  passed every rule out of office hours, and now the daily run is fired for them: ${this.waited.size}`,
    )
    await this.site.fireDailyRun(dayOf(clock.now()))
    await this.untilEnded(async () => (await this.waitingIds()).length === 0)
  }

  /** Where the claims are now. */
  async results(): Promise<ClaimResult[]> {
    const { connection } = this.site
    const ends = await claimEnds(connection, await this.site.calls(), this.claims)
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
    const query = this.site.connection.db.selectFrom('IntSchema.AutoApproval').select('ClaimId')
    return (await query.execute()).map(({ ClaimId }) => ClaimId)
  }

  private async untilEnded(alsoNeeded: () => boolean | Promise<boolean>): Promise<void> {
    const { connection, halt } = this.site
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
    const { connection } = this.site
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
      `emails ${await this.site.emailsTaken()}`,
      `ended ${Math.max(0, submitted - open)}`,
    ].join(' · ')
  }

  private async whatIsMissing(): Promise<string> {
    const open = await openMessages(this.site.connection)
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
