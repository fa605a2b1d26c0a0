import 'reflect-metadata'
import type { Type } from '@nestjs/common'
import { MODULE_METADATA } from '@nestjs/common/constants.js'
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js'
import type { ConsumerDefinition } from '#shared/messaging'
import { JobsModule } from '#shared/schedule'
import { AppModule as ClaimCompleter } from '../../apps/claim-completer/src/app.module.js'
import { AppModule as DailyTasks } from '../../apps/daily-tasks/src/app.module.js'
import { AppModule as DwpChecker } from '../../apps/dwp-checker/src/app.module.js'
import { AppModule as Notifier } from '../../apps/notifier/src/app.module.js'
import { AppModule as PaymentRun } from '../../apps/payment-run/src/app.module.js'
import { AppModule as Scheduler } from '../../apps/scheduler/src/app.module.js'
import { AppModule as TaskRelay } from '../../apps/task-relay/src/app.module.js'
import type { ServiceName } from './user-names.js'

/** The module of every service. */
export const serviceModules: Readonly<Record<ServiceName, Type>> = {
  'task-relay': TaskRelay,
  'claim-completer': ClaimCompleter,
  'dwp-checker': DwpChecker,
  notifier: Notifier,
  scheduler: Scheduler,
  'daily-tasks': DailyTasks,
  'payment-run': PaymentRun,
}

/** A service's consumers: the methods marked with `Consumes` of the controllers its module lists. */
export function consumersOf(service: ServiceName): ConsumerDefinition[] {
  return listed(service, MODULE_METADATA.CONTROLLERS).flatMap((controller) => {
    const handler = controller.prototype as Record<string, object>
    return Object.getOwnPropertyNames(handler).flatMap((method) => {
      const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler[method] ?? {}) as
        { definition: ConsumerDefinition } | undefined
      return extras ? [extras.definition] : []
    })
  })
}

/** Whether the service fires scheduled jobs. */
export const firesJobs = (service: ServiceName): boolean =>
  listed(service, MODULE_METADATA.IMPORTS).includes(JobsModule)

const listed = (service: ServiceName, what: string): Type[] =>
  (Reflect.getMetadata(what, serviceModules[service]) ?? []) as Type[]
