import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'register-importer',
  port: 3109,
  summary:
    'looks daily at the register of prisons in the document store, and where it has changed imports it: checked, each prison by itself, and taken over all at once',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/register-importer.settings.js')).settings,
} as const satisfies ServiceDefinition
