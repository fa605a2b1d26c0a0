import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'scheduler',
  port: 3105,
  summary:
    'publishes `schedule.daily`, `schedule.payment-run` and the others by London time, once however many replicas run; tells a chat of dead letters, missed jobs and imports',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/scheduler.settings.js')).settings,
} as const satisfies ServiceDefinition
