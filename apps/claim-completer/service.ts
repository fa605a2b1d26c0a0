import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'claim-completer',
  port: 3102,
  module: async () => (await import('./src/app.module.js')).AppModule,
} as const satisfies ServiceDefinition
