export { addEndpoint, changeEndpoint, type EndpointSaid } from './change-endpoint.js'
export { endpointAddress, endpointName, secretName, subscribedEvents } from './endpoint-input.js'
export { reasonOf } from './owe-now.js'
export {
  readDeliveries,
  readEndpoints,
  type DeliveryStanding,
  type EndpointStanding,
} from './read-webhooks.js'
export { retryDeliveries } from './retry-deliveries.js'
export { sendTest } from './send-test.js'
