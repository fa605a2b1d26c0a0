import { templateNames, templateSetting, type TemplateName } from '#shared/contracts'
import { CHAT_WEBHOOK_PATH } from './chat.simulator.js'
import { DEFAULT_NOTIFY_API_KEY, type Simulators } from './index.js'

/** Where each of them listens. */
export type SimulatorAddresses = Readonly<
  Record<Exclude<keyof Simulators, 'reset' | 'close'>, { readonly url: string }>
>

/** In the order of their ports, where those are in a row. */
const inOrder = [
  'notify',
  'benefitChecker',
  'directions',
  'helpdesk',
  's3',
  'chat',
  'legacy',
] as const satisfies readonly (keyof SimulatorAddresses)[]

/** Where the stand-ins are whose process was given a first port, by the address of the first of them. */
export function addressesOnPorts(first: string): SimulatorAddresses {
  const entries = inOrder.map((name, place) => {
    const url = new URL(first)
    url.port = String(Number(url.port) + place)
    return [name, { url: url.origin }]
  })
  return Object.fromEntries(entries) as SimulatorAddresses
}

const templateId = (place: number): string => `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`

/** The settings that give each template an id. */
export const templateSettings: Readonly<Record<string, string>> = Object.fromEntries(
  templateNames.map((name, place) => [templateSetting(name), templateId(place)]),
)

/** The template of an id in `templateSettings`. */
export const templateOfId = (id: string): TemplateName | undefined =>
  templateNames.find((_, place) => templateId(place) === id)

/** Invented, like everything here: the store takes any. */
export const documentKeys = { AWS_ACCESS_KEY_ID: 'SIMULATED-KEY', AWS_SECRET_ACCESS_KEY: 'simulated-secret' }

/** The settings that point a service at the simulators, with invented keys; NATS and the database are not in it. */
export function simulatorSettings(simulators: SimulatorAddresses): Record<string, string> {
  const { notify, benefitChecker, directions, helpdesk, s3 } = simulators
  return {
    ...templateSettings,
    APVS_EXTERNAL_SERVICE_URL: 'https://prison-visits.example.com',
    APVS_NOTIFY_API_URL: notify.url,
    APVS_NOTIFY_API_KEY: DEFAULT_NOTIFY_API_KEY,
    APVS_DWP_BENEFIT_CHECKER_ENABLED: 'true',
    APVS_DWP_BENEFIT_CHECKER_URL: `${benefitChecker.url}/lsx/lsc-services/benefitChecker`,
    APVS_DWP_BENEFIT_CHECKER_LSCSERVICENAME: 'HWPV',
    APVS_DWP_BENEFIT_CHECKER_CLIENTORGID: 'SIMULATED-ORG',
    APVS_DWP_BENEFIT_CHECKER_CLIENTUSERID: 'SIMULATED-USER',
    APVS_DWP_BENEFIT_CHECKER_CLIENTREFERENCE: 'simulated-worker',
    APVS_DISTANCE_CALCULATION_DIRECTIONS_API_URL: `${directions.url}/maps/api/directions/json`,
    APVS_DISTANCE_CALCULATION_DIRECTIONS_API_KEY: 'simulated-key',
    APVS_ZENDESK_ENABLED: 'true',
    APVS_ZENDESK_API_URL: helpdesk.url,
    APVS_ZENDESK_API_KEY: 'simulated-key',
    APVS_ZENDESK_EMAIL_ADDRESS: 'helpdesk@example.com',
    AWS_S3_BUCKET_NAME: 'simulated-documents',
    AWS_ENDPOINT_URL_S3: s3.url,
    ...documentKeys,
  }
}

/** The setting that has the chat told, too. Apart from the rest, because a chat is not what most tests are about. */
export const chatSettings = ({ chat }: Pick<SimulatorAddresses, 'chat'>): Record<string, string> => ({
  CHAT_WEBHOOK_URL: `${chat.url}${CHAT_WEBHOOK_PATH}`,
})
