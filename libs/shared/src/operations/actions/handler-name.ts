import { z } from 'zod'
import { policies, type HandlerName } from '../../messaging/index.js'

/** The name of a handler. */
export const handlerName = z.enum(Object.keys(policies) as [HandlerName, ...HandlerName[]])
