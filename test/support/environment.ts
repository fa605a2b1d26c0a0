import { readFileSync } from 'node:fs'
import type { Simulators } from '../../testing/simulators/index.js'
import { documentKeys, templateSettings } from '../../testing/simulators/settings.js'

const file = new URL('../examples/base-env.json', import.meta.url)
/** The settings of the worked examples, with tokens for addresses; templates that came later have the stand-ins' ids. */
export const baseSettings: Readonly<Record<string, string>> = {
  ...templateSettings,
  ...(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>),
}

/** The settings of the worked examples, with the addresses of the stand-ins; without the broker's. */
export function testEnvironment(simulators: Simulators): Record<string, string> {
  const addresses: Record<string, string> = {
    '@notify': simulators.notify.url,
    '@dwp': simulators.benefitChecker.url,
    '@directions': simulators.directions.url,
    '@zendesk': simulators.helpdesk.url,
  }
  const settings = Object.entries(baseSettings).map(([name, value]) => [
    name,
    value.replace(/^@\w+/, (token) => addresses[token] ?? token),
  ])
  return {
    ...(Object.fromEntries(settings) as Record<string, string>),
    AWS_ENDPOINT_URL_S3: simulators.s3.url,
    ...documentKeys,
    LOG_LEVEL: 'debug',
    LOOPBACK_ALLOWED: 'true',
    RELAY_POLL_MS: '20',
    NOTIFY_SETTLE_MS: '100',
    HELPDESK_SETTLE_MS: '100',
  }
}
