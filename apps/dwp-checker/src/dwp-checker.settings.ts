import { z } from 'zod'
import {
  flag,
  optionalText,
  readSettings,
  setting,
  text,
  type Environment,
  type SettingsGroup,
} from '#shared/config'
import type { BenefitCheckerOptions } from './check-benefit/benefit-checker.client.js'

const switchSchema = z.object({
  APVS_DWP_BENEFIT_CHECKER_ENABLED: flag(false, {
    words: 'off: the result is `NOT-RUN`',
    switches: 'benefit-checker',
  }),
})

const name = () => text({ words: 'needed when it is on', place: 'secrets' })

const schema = z.object({
  APVS_DWP_BENEFIT_CHECKER_URL: setting(z.url({ protocol: /^https?$/ }), {
    words: 'needed when it is on',
    form: 'an http(s) URL',
    upstream: 'benefit-checker',
  }),
  APVS_DWP_BENEFIT_CHECKER_LSCSERVICENAME: name(),
  APVS_DWP_BENEFIT_CHECKER_CLIENTORGID: name(),
  APVS_DWP_BENEFIT_CHECKER_CLIENTUSERID: name(),
  APVS_DWP_BENEFIT_CHECKER_CLIENTREFERENCE: name(),
  APVS_DWP_BENEFIT_CHECKER_SOAP_ACTION: optionalText({
    words: '`""` for an empty one',
    otherwise: 'the URL',
  }),
  // The service waits up to 90 seconds for DWP; the delivery itself ends after 100.
  BENEFIT_CHECKER_TIMEOUT_MS: setting(
    z
      .string()
      .regex(/^[1-9]\d{0,5}$/)
      .default('95000')
      .transform(Number),
    {
      words: 'the service itself waits up to 90 seconds for DWP',
      form: 'a whole number from 1 to 999999',
    },
  ),
})

export const settings: readonly SettingsGroup[] = [
  { schema: switchSchema },
  { schema, when: ({ APVS_DWP_BENEFIT_CHECKER_ENABLED: on }) => on === 'true' },
]

/** Domain: `settings.md`. The names of the service are only asked for where the checker is switched on. */
export class DwpCheckerSettings {
  /** Absent: the checker is switched off, and nobody is asked. */
  readonly benefitChecker?: BenefitCheckerOptions

  constructor(env: Environment) {
    if (!readSettings(switchSchema, env).APVS_DWP_BENEFIT_CHECKER_ENABLED) return
    const settings = readSettings(schema, env)
    const url = settings.APVS_DWP_BENEFIT_CHECKER_URL
    this.benefitChecker = {
      url,
      soapAction: withoutQuotes(settings.APVS_DWP_BENEFIT_CHECKER_SOAP_ACTION ?? url),
      timeoutMs: settings.BENEFIT_CHECKER_TIMEOUT_MS,
      credentials: {
        clientOrgId: settings.APVS_DWP_BENEFIT_CHECKER_CLIENTORGID,
        clientUserId: settings.APVS_DWP_BENEFIT_CHECKER_CLIENTUSERID,
        clientReference: settings.APVS_DWP_BENEFIT_CHECKER_CLIENTREFERENCE,
        lscServiceName: settings.APVS_DWP_BENEFIT_CHECKER_LSCSERVICENAME,
      },
    }
  }
}

/** An empty variable counts as absent, so an empty action is written `""`, as in the header itself. */
const withoutQuotes = (action: string): string => action.replace(/^"(.*)"$/, '$1')
