import type { NewRow } from '#shared/database'
import {
  abandonedFile,
  benefitAnswers,
  claimKinds,
  claimOfKind,
  insertOldData,
  submit,
  type SubmittedClaim,
} from '../../../testing/simulators/external-web-app/index.js'
import type { Simulators } from '../../../testing/simulators/index.js'
import { claimJobs, dueClaims } from '../../support/daily-claims.js'
import { merge } from '../../support/row-sets.js'
import { insertRows } from '../../support/rows.js'
import type { TestDatabase } from '../../support/test-database.js'
import { clock, clockStart, today } from './fault-settings.js'

/** How much of what there is to do. */
export interface DaysWorkSize {
  /** Claims of all kinds. */
  readonly claims: number
  /** Claimants who ask for technical help. */
  readonly helpRequests?: number
  /** Claims that each of the daily jobs is due to deal with. */
  readonly dueClaims?: number
  /** Claims that were begun long ago and never submitted, with a file each in the document store. */
  readonly abandoned?: number
  /** The number of the first of the claims; 1 unless another day's work is beside it. */
  readonly first?: number
}

/** Where the work is handed over. */
interface Place {
  readonly database: TestDatabase
  readonly simulators: Simulators
}

const bucket = 'simulated-documents'
const firstAbandoned = 500_000

/** The same work each time it is made: what is done with it can be compared. */
export class DaysWork {
  readonly claims: readonly SubmittedClaim[]

  constructor(private readonly size: DaysWorkSize) {
    const { claims, first = 1 } = size
    this.claims = Array.from({ length: claims }, (_, i) =>
      claimOfKind(claimKinds[i % claimKinds.length] ?? 'first-time', first + i, `${clockStart}.000`),
    )
  }

  /** What is there before the day begins. */
  async prepare({ database: { connection }, simulators }: Place): Promise<void> {
    simulators.benefitChecker.setStatusBySurname(benefitAnswers(this.claims))
    const { abandoned = 0, dueClaims: count = 0 } = this.size
    await insertRows(connection, dueRows(count))
    await insertOldData(connection, {
      ...{ reviewed: 0, abandoned, days: 100, first: firstAbandoned },
      now: `${clockStart}.000`,
    })
    for (let i = 0; i < abandoned; i++) simulators.s3.put(bucket, abandonedFile(firstAbandoned + i), 'scan')
  }

  /** Hands claims over as the external web app does, each in a transaction of its own. */
  submit({ database: { connection } }: Place, from = 0, to = this.claims.length): Promise<void> {
    return submit(connection, this.claims.slice(from, to), { clock })
  }

  /** Hands over what claimants ask of the helpdesk. */
  async askForHelp({ database: { connection } }: Place): Promise<void> {
    for (let i = 1; i <= (this.size.helpRequests ?? 0); i++)
      await connection.db.insertInto('ExtSchema.Task').values(helpRequest(i)).execute()
  }
}

const dueRows = (count: number) =>
  merge(
    ...claimJobs.flatMap((job, place) =>
      Array.from({ length: count }, (_, i) => dueClaims[job](place * 1_000 + i + 1, today).given),
    ),
  )

const helpRequest = (number: number): NewRow<'ExtSchema.Task'> => ({
  Task: 'TECHNICAL_HELP_SUBMITTED',
  AdditionalData: `Maren Tallowby~~maren-${number}@example.com~~Page ${number} stays empty`,
  DateCreated: clock.now(),
  Status: 'PENDING',
})
