import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'daily-tasks',
  port: 3106,
  summary:
    'the five daily jobs: reminders of evidence and of information, overpayments, clean-up of abandoned external data with its files, automatic rejection; `ARCHIVE-OLD-CLAIMS` and `ARCHIVE-CLAIM`: to the archive database',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/daily-tasks.settings.js')).settings,
} as const satisfies ServiceDefinition
