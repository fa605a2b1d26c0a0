import type { ClaimMessage } from '#shared/contracts'
import { StoredFiles, type DocumentStore } from '#shared/documents'
import type { ArchiveDatabase } from '../../../apps/daily-tasks/src/archive-database.js'
import { ArchiveClaimHandler } from '../../../apps/daily-tasks/src/archive-claim/archive-claim.handler.js'
import { ArchivedClaims } from '../../../apps/daily-tasks/src/archive-claim/archived-claims.repository.js'
import { StoredClaims } from '../../../apps/daily-tasks/src/archive-claim/stored-claims.repository.js'
import { QueueOldClaimsHandler } from '../../../apps/daily-tasks/src/queue-old-claims/queue-old-claims.handler.js'
import { Flows } from '#shared/flows'
import { OldClaims } from '../../../apps/daily-tasks/src/archive-old-claims/old-claims.repository.js'
import { CleanUpExternalDataHandler } from '../../../apps/daily-tasks/src/clean-up-external-data/clean-up-external-data.handler.js'
import { CleanUpStages } from '../../../apps/daily-tasks/src/clean-up-external-data/clean-up-stages.js'
import { OldExternalData } from '../../../apps/daily-tasks/src/clean-up-external-data/old-external-data.repository.js'
import { DailyTasksSettings } from '../../../apps/daily-tasks/src/daily-tasks.settings.js'
import { MarkOverpaymentsHandler } from '../../../apps/daily-tasks/src/mark-overpayments/mark-overpayments.handler.js'
import { OverpaidClaims } from '../../../apps/daily-tasks/src/mark-overpayments/overpaid-claims.repository.js'
import { RejectSilentClaimsHandler } from '../../../apps/daily-tasks/src/reject-silent-claims/reject-silent-claims.handler.js'
import { SilentClaims } from '../../../apps/daily-tasks/src/reject-silent-claims/silent-claims.repository.js'
import { AdvanceClaims } from '../../../apps/daily-tasks/src/remind-of-evidence/advance-claims.repository.js'
import { RemindOfEvidenceHandler } from '../../../apps/daily-tasks/src/remind-of-evidence/remind-of-evidence.handler.js'
import { RemindOfInformationHandler } from '../../../apps/daily-tasks/src/remind-of-information/remind-of-information.handler.js'
import { UnansweredClaims } from '../../../apps/daily-tasks/src/remind-of-information/unanswered-claims.repository.js'
import { handled, unitOfWorkOf } from './deeds.js'
import { pagedJobOf } from './deeds-of-claims.js'
import type { Deed, Place } from './playground.js'

const settings = new DailyTasksSettings({})

/** The jobs of a day, each by the message of one day. */
const jobs = {
  'remind-of-evidence': (place: Place) =>
    new RemindOfEvidenceHandler(new AdvanceClaims(place.connection), pagedJobOf(place), settings),
  'remind-of-information': (place: Place) =>
    new RemindOfInformationHandler(new UnansweredClaims(place.connection), pagedJobOf(place), settings),
  'mark-overpayments': (place: Place) =>
    new MarkOverpaymentsHandler(new OverpaidClaims(place.connection), pagedJobOf(place), settings),
  'reject-silent-claims': (place: Place) =>
    new RejectSilentClaimsHandler(new SilentClaims(place.connection), pagedJobOf(place), settings),
  'clean-up-external-data': (place: Place) =>
    new CleanUpExternalDataHandler(
      new CleanUpStages(place.connection, new OldExternalData(place.connection), filesOf(place)),
      pagedJobOf(place),
      settings,
    ),
} as const

/** Twice for one day, by messages of their own: fired by hand, say. */
export const job = (name: keyof typeof jobs, by = 'the day'): Deed =>
  handled(
    `${name} by ${by}`,
    { id: `schedule.daily.${by.replace(' ', '-')}`, consumer: name },
    (place, delivery) => jobs[name](place).handle({ date: '2024-03-13' }, delivery),
  )

const filesOf = (place: Place) => {
  const store = {
    delete: (path: string) => {
      place.noteEarly(`file ${path}`)
      return Promise.resolve()
    },
  }
  return new StoredFiles(store as unknown as DocumentStore, place.log)
}

/** The first step of a flow, as the world has it. */
export const queuesOldClaims = (id: string): Deed =>
  handled(`queue-old-claims ${id}`, { id, consumer: 'queue-old-claims' }, (place, delivery) =>
    new QueueOldClaimsHandler(
      new Flows(place.connection),
      new OldClaims(place.connection),
      pagedJobOf(place),
      settings,
    ).handle(delivery),
  )

export const archives = ({ claimId }: ClaimMessage, id: string): Deed =>
  handled(`archive-claim ${id}`, { id, consumer: 'archive-claim' }, (place, delivery) =>
    new ArchiveClaimHandler(
      new StoredClaims(place.connection),
      new ArchivedClaims({ connection: place.archive } as unknown as ArchiveDatabase, place.log),
      unitOfWorkOf(place),
    ).handle({ claimId }, delivery),
  )
