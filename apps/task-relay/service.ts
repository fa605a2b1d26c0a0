import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'task-relay',
  port: 3101,
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/task-relay.settings.js')).settings,
} as const satisfies ServiceDefinition
