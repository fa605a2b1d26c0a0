import { service as claimCompleter } from './claim-completer/service.js'
import { service as dailyTasks } from './daily-tasks/service.js'
import { service as dwpChecker } from './dwp-checker/service.js'
import { service as notifier } from './notifier/service.js'
import { service as paymentRun } from './payment-run/service.js'
import { service as provisioner } from './provisioner/service.js'
import { service as registerImporter } from './register-importer/service.js'
import { service as scheduler } from './scheduler/service.js'
import { service as taskRelay } from './task-relay/service.js'
import { service as webhookSender } from './webhook-sender/service.js'

/** Every service of the project that runs for good. */
export const services = [
  taskRelay,
  claimCompleter,
  dwpChecker,
  notifier,
  scheduler,
  dailyTasks,
  paymentRun,
  registerImporter,
  webhookSender,
  provisioner,
] as const

export type ServiceName = (typeof services)[number]['name']

/** Their names: to know these loads none of them. */
export const serviceNames = services.map(({ name }) => name) as [ServiceName, ...ServiceName[]]
