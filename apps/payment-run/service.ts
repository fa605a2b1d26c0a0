import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'payment-run',
  port: 3107,
  summary:
    'pays what has been approved, once and to the penny: the bank file, the file of the unit, the journal; deletes payment files that are old',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/payment-run.settings.js')).settings,
} as const satisfies ServiceDefinition
