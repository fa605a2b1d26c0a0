import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'claim-completer',
  port: 3102,
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/claim-completer.settings.js')).settings,
} as const satisfies ServiceDefinition
