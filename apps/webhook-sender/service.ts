import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'webhook-sender',
  port: 3110,
  summary:
    'tells other systems what happened: each event signed, in order for each endpoint, and no endpoint waits for another',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/webhook-sender.settings.js')).settings,
} as const satisfies ServiceDefinition
