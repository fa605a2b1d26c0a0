import type { ServiceDefinition } from '#shared/service'

export const service = {
  name: 'provisioner',
  port: 3111,
  summary:
    'keeps other systems in step by SOAP: tells each what is so by now of the users, roles and organisations that are its, what is gone too; `SUBJECT-CHANGED`, and `POST /api/v1/subjects/{kind}/{id}`',
  takes: ['/api/v1/subjects/*'],
  module: async () => (await import('./src/app.module.js')).AppModule,
  settings: async () => (await import('./src/provisioner.settings.js')).settings,
} as const satisfies ServiceDefinition
