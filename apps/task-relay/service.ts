import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'task-relay',
  port: 3101,
  module: async () => (await import('./src/app.module.js')).AppModule,
} as const satisfies ServiceDefinition
