/** Runs the stand-ins as a process of their own until SIGTERM or SIGINT. See README.md for the settings. */
import { startSimulators } from './index.js'

const { SIMULATORS_HOST, SIMULATORS_PORT, SIMULATORS_NOTIFY_API_KEYS, SIMULATORS_CHECK_ISSUED_AT } =
  process.env

const simulators = await startSimulators({
  ...(SIMULATORS_HOST && { host: SIMULATORS_HOST }),
  basePort: Number(SIMULATORS_PORT ?? 0),
  checkIssuedAt: SIMULATORS_CHECK_ISSUED_AT !== 'false',
  ...(SIMULATORS_NOTIFY_API_KEYS && { notifyApiKeys: SIMULATORS_NOTIFY_API_KEYS.split(',') }),
})

const { notify, benefitChecker, directions, helpdesk, s3, chat, legacy } = simulators
const addresses = {
  notify: notify.url,
  benefitChecker: benefitChecker.url,
  directions: directions.url,
  helpdesk: helpdesk.url,
  s3: s3.url,
  chat: chat.webhook,
  legacy: legacy.url,
}
process.stdout.write(`${JSON.stringify(addresses)}\n`)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void simulators.close())
}
