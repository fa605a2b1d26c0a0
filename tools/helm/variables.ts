import { templateNames } from '../../apps/notifier/src/send-email/email.js'
import { serviceNames } from '../services/index.js'
import type { ServiceName } from '../nats-config/index.js'

/** How a variable gets into a pod. `chart`: the chart itself gives it, or it has no place in a cluster. */
export type VariableKind = 'settings' | 'secrets' | 'files' | 'chart'

export interface Variable {
  readonly name: string
  readonly kind: VariableKind
  /** The services that read it; all of them where it is undefined. */
  readonly services?: readonly ServiceName[]
  /** No service of these starts without it. */
  readonly needed: boolean
}

/** Ports are the chart's, and what is for the embedded database has no place beside SQL Server. */
const ofTheChart = ['PORT', 'DATA_DIR', 'CLOCK_START', 'APP_VERSION', 'GIT_COMMIT']
const isFile = /^NATS_(KEY|CERT)$|^OTEL_\w+_(CERTIFICATE|CLIENT_KEY)$|_(FILE|PATH|CA|CREDS)$/
/** Credentials, and addresses that are as good as one. */
const isSecret = /(USERNAME|PASSWORD|API_KEY|_KEY_ID|_ACCESS_KEY|TOKEN|WEBHOOK_URL|HEADERS|_SECRET)$/
const benefitCheckerLogin =
  /^APVS_DWP_BENEFIT_CHECKER_(CLIENTORGID|CLIENTUSERID|CLIENTREFERENCE|LSCSERVICENAME)$/

export const kindOf = (name: string): VariableKind =>
  ofTheChart.includes(name)
    ? 'chart'
    : isFile.test(name)
      ? 'files'
      : isSecret.test(name) || benefitCheckerLogin.test(name)
        ? 'secrets'
        : 'settings'

/**
 * The variables of `docs/settings.md`, with the services whose section they stand in. Those of the tools are left out.
 * @param documentServices the services that the section on documents is about
 */
export function variablesIn(page: string, documentServices: readonly ServiceName[]): Variable[] {
  const sections = page.split(/^## /m).slice(1)
  return sections.flatMap((section) => {
    const [title = ''] = section.split('\n', 1)
    if (title === 'Tools') return []
    const services =
      title === 'Documents' ? documentServices : serviceNames.filter((service) => service === title)
    const rows = section.split('\n').filter((line) => line.startsWith('| `'))
    return rows.flatMap((row) => {
      const [, first = '', second = ''] = row.split('|').map((cell) => cell.trim())
      return namesIn(first).map((name) => ({
        ...{ name, kind: kindOf(name), needed: second === 'none, needed' },
        ...(services.length ? { services } : {}),
      }))
    })
  })
}

/** The names in a table's cell, of which a later one may be short for the first with another ending: `…_ENDING`. */
function namesIn(cell: string): string[] {
  const named = [...cell.matchAll(/`(…?[A-Z0-9_]+)(?:=[^`]*)?`/g)].map(([, name = '']) => name)
  const stem = (named[0] ?? '').replace(/_[A-Z0-9]+$/, '')
  return named.flatMap((name) => {
    if (name.startsWith('…')) return [stem + name.slice(1)]
    return name === 'APVS_NOTIFY_' ? templateNames.map((template) => name + template) : [name]
  })
}
