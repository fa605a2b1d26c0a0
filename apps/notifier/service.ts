import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'notifier',
  port: 3104,
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/notifier.settings.js')).settings,
} as const satisfies ServiceDefinition
