import type { ServiceDefinition } from '#shared/service'
import { AppModule } from './src/app.module.js'

export const service = {
  name: 'scheduler',
  port: 3105,
  module: AppModule,
} as const satisfies ServiceDefinition
