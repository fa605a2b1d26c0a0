import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'notifier',
  port: 3104,
  summary:
    'every email and text message, what became of it, `REFERENCE_RECOVERY`, and the helpdesk ticket of `TECHNICAL_HELP_SUBMITTED`: one task, one email, text message or ticket',
  takes: ['/notify/receipts'],
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/notifier.settings.js')).settings,
} as const satisfies ServiceDefinition
