import { z } from 'zod'
import { eventNames } from '../../contracts/index.js'
import { callableEndpoints } from '../../http/index.js'
import { addressInput } from '../address-input.js'

export const endpointName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'must be small letters, digits and hyphens, 50 at most')
export const secretName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{0,49}$/,
    'must be the name of one: small letters, digits, hyphens and dots, 50 at most',
  )
export const subscribedEvents = z.array(z.enum(eventNames)).min(1, 'must have at least one')

/** As the row of an endpoint takes it. */
const mostCharacters = 500

export const endpointAddress = addressInput(callableEndpoints, mostCharacters)
