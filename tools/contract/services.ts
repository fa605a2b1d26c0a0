import type { ConsumerDefinition } from '#shared/messaging'
import { consumersOf, type ServiceName } from '../nats-config/index.js'
import { serviceNames } from '../../testing/services/index.js'

/** Every consumer there is, with the service that runs it. */
export const allConsumers = (): { service: ServiceName; definition: ConsumerDefinition }[] =>
  serviceNames.flatMap((service) => consumersOf(service).map((definition) => ({ service, definition })))
