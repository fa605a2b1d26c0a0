import type { z } from 'zod'
import { defaultOf, factsOf, isNeeded, type SettingFacts } from '#shared/config'
import { sections, type Section } from './sections.js'

/** How a variable gets into a pod. `chart`: the chart itself gives it, or it has no place in a cluster. */
export type VariableKind = 'settings' | 'secrets' | 'files' | 'chart'

/** A setting, as an environment gives it. */
export interface Variable extends Pick<Section, 'services'> {
  readonly name: string
  readonly kind: VariableKind
  readonly facts: SettingFacts
  /** What holds without it; undefined where nothing does. */
  readonly fallback: string | undefined
  /** No service of these starts without it. */
  readonly needed: boolean
}

/** The settings of a section, each once. */
export function variablesOf({ groups, services }: Section): Variable[] {
  const all = groups.flatMap(({ schema, when }) =>
    Object.entries(schema.shape).map(([name, parser]): Variable => {
      const facts = factsOf(parser as z.ZodType)
      const needed = when === undefined && isNeeded(parser as z.ZodType)
      const fallback = defaultOf(parser as z.ZodType)
      return {
        name,
        kind: facts.place ?? 'settings',
        facts,
        fallback,
        needed,
        ...(services ? { services } : {}),
      }
    }),
  )
  return [...new Map(all.toReversed().map((variable) => [variable.name, variable])).values()].toReversed()
}

export const allVariables = (): Variable[] => sections.flatMap(variablesOf)
