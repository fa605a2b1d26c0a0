import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'notifier',
  port: 3104,
  summary:
    'every email, `REFERENCE_RECOVERY`, and the helpdesk ticket of `TECHNICAL_HELP_SUBMITTED`: one task, one email or ticket',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/notifier.settings.js')).settings,
} as const satisfies ServiceDefinition
