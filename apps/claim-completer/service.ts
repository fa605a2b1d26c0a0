import type { ServiceDefinition } from '#shared/service'
import { AppModule } from './src/app.module.js'

export const service = {
  name: 'claim-completer',
  port: 3102,
  module: AppModule,
} as const satisfies ServiceDefinition
