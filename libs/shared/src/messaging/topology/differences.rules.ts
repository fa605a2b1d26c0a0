import type { Config } from './wanted.js'

/** A setting that is not as it should be, in the server's own words. */
export interface Difference {
  readonly setting: string
  readonly is: string
  readonly shouldBe: string
}

/** The operator's or the server's own: where it stores things, and what it notes down. */
const leftAlone: readonly string[] = ['name', 'metadata', 'placement', 'first_seq', 'num_replicas_assigned']
/** What the server says where a setting has not been made. */
const unset: readonly unknown[] = [undefined, null, false, 0, -1, '', 'none', 'default']
const shownAtMost = 80

/**
 * Every setting that differs, also of servers newer than this code: whatever is set and was not asked for. A consumer has
 * as many replicas as its stream where nothing else is said.
 */
export function differences(wanted: Config, present: Config): Difference[] {
  const have = normal(present)
  const want = normal(wanted)
  const settings = [...new Set([...Object.keys(want), ...Object.keys(have)])]
  return settings
    .filter((setting) => !leftAlone.includes(setting))
    .filter((setting) => comparable(want[setting]) !== comparable(have[setting]))
    .map((setting) => ({ setting, is: shown(have[setting]), shouldBe: shown(want[setting]) }))
    .sort((one, other) => one.setting.localeCompare(other.setting))
}

/** In one line: `max_batch is 4, should be unset; …`. */
export const inWords = (found: readonly Difference[]): string =>
  found.map(({ setting, is, shouldBe }) => `${setting} is ${is}, should be ${shouldBe}`).join('; ')

/** One filter or a list of one are the same. */
function normal({ filter_subject, ...config }: Config): Config {
  const { filter_subjects } = config
  return isUnset(filter_subject) || filter_subjects !== undefined
    ? config
    : { ...config, filter_subjects: [filter_subject] }
}

function isUnset(value: unknown): boolean {
  if (unset.includes(value)) return true
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function comparable(value: unknown): string {
  if (isUnset(value)) return 'unset'
  return JSON.stringify(Array.isArray(value) ? [...(value as unknown[])].sort() : value)
}

function shown(value: unknown): string {
  const text = isUnset(value) ? 'unset' : JSON.stringify(value)
  return text.length <= shownAtMost ? text : `${text.slice(0, shownAtMost)}…`
}
