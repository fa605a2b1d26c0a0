import type { ConsumerDefinition } from '#shared/messaging'
import { consumersOf } from '../nats-config/index.js'
import { serviceNames } from '../../testing/services/index.js'
import { formatted } from '../formatted.js'

export const handlerTableFile = 'libs/shared/src/messaging/handlers/handlers.ts'

/** Every service knows all handlers by name, and loads none but its own: the values beside their classes become this list. */
export function handlerTableText(): Promise<string> {
  const handlers = Object.fromEntries(
    serviceNames.flatMap(consumersOf).map((each) => [each.name, listed(each)]),
  )
  return formatted(
    handlerTableFile,
    `// Made from the handlers of the services by \`npm run generate\`: changes by hand are lost.
import type { ConsumerDefinition } from './consumer-definition.js'\n
/** Every handler of every service, by its consumer's name. */
export const handlers = ${JSON.stringify(handlers)} as const satisfies Record<string, ConsumerDefinition>`,
  )
}

const listed = ({ name, subjects, policy, observes, asksFirst }: ConsumerDefinition): ConsumerDefinition => ({
  ...{ name, subjects, policy },
  ...(observes ? { observes } : {}),
  ...(asksFirst ? { asksFirst } : {}),
})
