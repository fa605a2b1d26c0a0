import type { ServiceDefinition } from '#shared/service'
import { AppModule } from './src/app.module.js'

export const service = {
  name: 'daily-tasks',
  port: 3106,
  module: AppModule,
} as const satisfies ServiceDefinition
