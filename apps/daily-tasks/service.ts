import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'daily-tasks',
  port: 3106,
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/daily-tasks.settings.js')).settings,
} as const satisfies ServiceDefinition
