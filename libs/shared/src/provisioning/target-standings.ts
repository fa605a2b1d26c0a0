import type { LocalTime } from '../clock/index.js'
import type { DatabaseConnection } from '../database/index.js'
import { targetOf, type Target } from './target.js'

/** How far a target is. */
export interface TargetStanding extends Target {
  readonly held: LocalTime | null
  /** What it is to know of: users at an organisation, roles, organisations. */
  readonly wanted: number
  /** Of these, what it has confirmed as it is by now. */
  readonly confirmed: number
  /** When the first of the rest was changed; null where there is none. */
  readonly since: LocalTime | null
  /** Of the rest, what it could not be told when that was last tried. */
  readonly failed: number
  /** Why, and how often: codes. */
  readonly reasons: Readonly<Record<string, number>>
}

/** All targets, with how far each is. */
export async function targetStandings({ db }: DatabaseConnection): Promise<TargetStanding[]> {
  const targets = await db.selectFrom('AsyncSchema.ProvisioningTarget').selectAll().orderBy('Name').execute()
  const counts = await db
    .selectFrom('AsyncSchema.ProvisioningEntry')
    .select(['TargetId', 'Reason'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .select((eb) =>
      eb.fn
        .sum<number>(eb.case().when('ConfirmedVersion', '=', eb.ref('WantedVersion')).then(1).else(0).end())
        .as('confirmed'),
    )
    .select((eb) =>
      eb.fn
        .min<LocalTime | null>(
          eb.case().when('ConfirmedVersion', '<>', eb.ref('WantedVersion')).then(eb.ref('DateChanged')).end(),
        )
        .as('since'),
    )
    .groupBy(['TargetId', 'Reason'])
    .execute()
  return targets.map((row) => {
    const own = counts.filter(({ TargetId }) => TargetId === row.TargetId)
    const total = (of: (each: (typeof own)[number]) => number) =>
      own.reduce((sum, each) => sum + Number(of(each)), 0)
    const failed = own.filter(({ Reason }) => Reason !== null)
    return {
      ...{ ...targetOf(row), held: row.DateHeld },
      ...{ wanted: total(({ count }) => count), confirmed: total(({ confirmed }) => confirmed) },
      since: own.flatMap(({ since }) => since ?? []).toSorted()[0] ?? null,
      failed: failed.reduce((sum, { count }) => sum + Number(count), 0),
      reasons: Object.fromEntries(failed.map(({ Reason, count }) => [Reason ?? '', Number(count)])),
    }
  })
}
