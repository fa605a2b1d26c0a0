import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'payment-run',
  port: 3107,
  module: async () => (await import('./src/app.module.js')).AppModule,
} as const satisfies ServiceDefinition
