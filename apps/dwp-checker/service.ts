import type { ServiceDefinition } from '#shared/service'
import { AppModule } from './src/app.module.js'

export const service = {
  name: 'dwp-checker',
  port: 3103,
  module: AppModule,
} as const satisfies ServiceDefinition
