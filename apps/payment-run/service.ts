import type { ServiceDefinition } from '#shared/service'
import { AppModule } from './src/app.module.js'

export const service = {
  name: 'payment-run',
  port: 3107,
  module: AppModule,
} as const satisfies ServiceDefinition
