import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'task-relay',
  port: 3101,
  summary:
    '`PENDING` rows of both Task tables become messages, at once where the web app says that it has committed one; messages that nobody has heard of for a minute are published again; unknown tasks fail with their reason; `FEEDBACK_SUBMITTED` completes; once a day, old records of messages are pruned',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/task-relay.settings.js')).settings,
} as const satisfies ServiceDefinition
