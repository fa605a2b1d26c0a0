import { z } from 'zod'
import { flag, readSettings, type Environment } from '#shared/config'
import type { BenefitCheckerOptions } from './check-benefit/benefit-checker.client.js'

const switchSchema = z.object({ APVS_DWP_BENEFIT_CHECKER_ENABLED: flag(false) })

const schema = z.object({
  APVS_DWP_BENEFIT_CHECKER_URL: z.url({ protocol: /^https?$/ }),
  APVS_DWP_BENEFIT_CHECKER_SOAP_ACTION: z.string().optional(),
  APVS_DWP_BENEFIT_CHECKER_LSCSERVICENAME: z.string(),
  APVS_DWP_BENEFIT_CHECKER_CLIENTORGID: z.string(),
  APVS_DWP_BENEFIT_CHECKER_CLIENTUSERID: z.string(),
  APVS_DWP_BENEFIT_CHECKER_CLIENTREFERENCE: z.string(),
  // The service waits up to 90 seconds for DWP; the delivery itself ends after 100.
  BENEFIT_CHECKER_TIMEOUT_MS: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .default('95000')
    .transform(Number),
})

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
