import type { ServiceDefinition } from '#shared/service'
import { AppModule } from './src/app.module.js'

export const service = {
  name: 'task-relay',
  port: 3101,
  module: AppModule,
} as const satisfies ServiceDefinition
