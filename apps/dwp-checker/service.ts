import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'dwp-checker',
  port: 3103,
  module: async () => (await import('./src/app.module.js')).AppModule,
} as const satisfies ServiceDefinition
