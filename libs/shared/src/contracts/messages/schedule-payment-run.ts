import { scheduleBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const schedulePaymentRun = {
  subject: 'schedule.payment-run',
  stream: 'SCHEDULE',
  body: scheduleBody,
  job: 'payment-run',
  title: 'The payment run is due',
  summary: 'Pay what is approved, once. Monday to Friday, 00:05 London time unless set otherwise.',
} as const satisfies MessageDefinition
