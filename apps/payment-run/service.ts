import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'payment-run',
  port: 3107,
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/payment-run.settings.js')).settings,
} as const satisfies ServiceDefinition
