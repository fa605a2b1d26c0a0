export { holdEndpoints, makeNextDue, type DueDelivery } from './next-delivery.js'
