import type { ServiceDefinition } from '#shared/service'
import { AppModule } from './src/app.module.js'

export const service = {
  name: 'notifier',
  port: 3104,
  module: AppModule,
} as const satisfies ServiceDefinition
