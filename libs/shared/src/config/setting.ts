import { z } from 'zod'

/** What is said of a setting beside its parser, for people and for the chart. */
export interface SettingFacts {
  /** What it is for, as a page says it; empty where its name says all. */
  readonly words?: string
  /** What a value looks like: said where one is malformed. */
  readonly form?: string
  /** How the page shows what holds without it, where that is no value. */
  readonly otherwise?: string
  /** How it gets into a pod, where it is no plain text: a secret, the path of a file; or only the chart itself gives it. */
  readonly place?: 'secrets' | 'files' | 'chart'
  /** What is called at this address, or with what this names. */
  readonly upstream?: string
  /** What is called only where this is on, or there. */
  readonly switches?: string
}

const registered = z.registry<SettingFacts>()

/** A setting: its parser, with its default, and what is said of it. */
export function setting<Parser extends z.ZodType>(parser: Parser, facts: SettingFacts = {}): Parser {
  registered.add(parser, facts)
  return parser
}

export const factsOf = (parser: z.ZodType): SettingFacts => registered.get(parser) ?? {}

/** The value that holds without the setting, as it would be written; undefined where there is none. */
export function defaultOf(parser: z.ZodType): string | undefined {
  if (parser instanceof z.ZodPipe) return defaultOf(parser.in as z.ZodType)
  return parser instanceof z.ZodDefault ? String(parser.def.defaultValue) : undefined
}

/** Whether nothing works without it. */
export const isNeeded = (parser: z.ZodType): boolean => !parser.safeParse(undefined).success

/** Settings that are read together. */
export interface SettingsGroup {
  readonly schema: z.ZodObject
  /** They are only asked for where this is so. */
  readonly when?: (env: Readonly<Record<string, string | undefined>>) => boolean
}
