import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'claim-completer',
  port: 3102,
  summary:
    '`COMPLETE-CLAIM` with journey costs; `REQUEST-INFORMATION-RESPONSE`: documents, bank details and message of a claimant’s answer; automatic approval by eighteen rules; the daily approval run',
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/claim-completer.settings.js')).settings,
} as const satisfies ServiceDefinition
