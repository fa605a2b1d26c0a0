import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'dwp-checker',
  port: 3103,
  summary: '`DWP-CHECK`: asks the benefit checker, then asks for evidence or goes on to approval',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/dwp-checker.settings.js')).settings,
} as const satisfies ServiceDefinition
