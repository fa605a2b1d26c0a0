import { differences, type Difference } from './differences.rules.js'
import { sharedSettings, type Config } from './wanted.js'

/** Under which the release that made a stream or consumer, or changed it last, has written down its number. */
const revisionKey = 'hwpv-revision'

/** What a topology keeper does about a stream or a consumer. */
export type Plan =
  | { readonly kind: 'create'; readonly config: Config }
  | { readonly kind: 'change'; readonly config: Config; readonly found: readonly Difference[] }
  /** `surplus`: subjects that this release does not ask for, and that only `--take-back` takes away. */
  | {
      readonly kind: 'leave'
      readonly why: 'as-wanted' | 'newer-release'
      readonly surplus: readonly string[]
    }

export interface Releasing {
  readonly revision: number
  /** The operator wants subjects taken away that this release does not ask for, and a newer release's changes too. */
  readonly takeBack: boolean
}

/**
 * Subjects are only ever added, and what a newer release has made is left as it is: during an upgrade, and after a
 * disconnection, topology keepers of two releases are at it. Only an operator takes something back.
 * @param present undefined where there is none yet
 */
export function planOf(present: Config | undefined, wanted: Config, releasing: Releasing): Plan {
  const { revision, takeBack } = releasing
  if (!present) return { kind: 'create', config: marked(wanted, {}, revision) }
  const surplus = surplusOf(present, wanted)
  const isNewer = revisionOf(present) > revision
  if (isNewer && !takeBack) return { kind: 'leave', why: 'newer-release', surplus }
  const target = takeBack ? wanted : together(present, wanted)
  const found = differences(target, present)
  if (!found.length && revisionOf(present) === revision) return { kind: 'leave', why: 'as-wanted', surplus }
  return { kind: 'change', config: marked(target, present, revision), found }
}

/** What keeps a release from working, and what is not as it wants it. */
export interface Fitness {
  /** Subjects it handles or publishes, and that are not there. */
  readonly missing: readonly string[]
  readonly found: readonly Difference[]
}

/** How what is there suits a release: of a newer one it needs no more than its own subjects. */
export function fitnessOf(present: Config, wanted: Config, revision: number): Fitness {
  const missing = subjectsOf(wanted).filter((subject) => !subjectsOf(present).includes(subject))
  const found = revisionOf(present) > revision ? [] : differences(together(present, wanted), present)
  return { missing, found: found.filter(({ setting }) => !isShared(setting)) }
}

/** 0 for what was made before there were such numbers, or by hand. */
export function revisionOf({ metadata }: Config): number {
  const noted = Number((metadata as Record<string, unknown> | undefined)?.[revisionKey])
  return Number.isSafeInteger(noted) && noted > 0 ? noted : 0
}

const isShared = (setting: string): boolean => sharedSettings.some((each) => each === setting)

/** A stream's subjects, or a consumer's. */
function subjectsOf(config: Config): string[] {
  const { subjects, filter_subjects, filter_subject } = config
  const listed = subjects ?? filter_subjects ?? (filter_subject ? [filter_subject] : [])
  return Array.isArray(listed) ? listed.map(String) : []
}

const surplusOf = (present: Config, wanted: Config): string[] =>
  subjectsOf(present).filter((subject) => !subjectsOf(wanted).includes(subject))

function together(present: Config, wanted: Config): Config {
  const name = 'subjects' in wanted ? 'subjects' : 'filter_subjects'
  return { ...wanted, [name]: [...new Set([...subjectsOf(wanted), ...subjectsOf(present)])] }
}

/** What the operator has decided, where to store it, stays. */
const marked = (wanted: Config, { placement, metadata }: Config, revision: number): Config => ({
  ...wanted,
  ...(placement ? { placement } : {}),
  metadata: { ...(metadata as object | undefined), [revisionKey]: String(revision) },
})
