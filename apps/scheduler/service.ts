import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'scheduler',
  port: 3105,
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/scheduler.settings.js')).settings,
} as const satisfies ServiceDefinition
