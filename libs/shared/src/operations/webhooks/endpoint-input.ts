import { z } from 'zod'
import { eventNames } from '../../contracts/index.js'

export const endpointName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/)
export const secretName = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,49}$/)
export const subscribedEvents = z.array(z.enum(eventNames)).min(1)

const loopback = ['localhost', '127.0.0.1', '[::1]']

/** Over HTTPS; to this machine itself over HTTP, too, which the sender takes where it is told to. Nothing to sign in with. */
export const endpointAddress = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((text) => {
    // It is asked of what is no address, too.
    if (!URL.canParse(text) || /\s/.test(text)) return false
    const { protocol, hostname, username, password, hash } = new URL(text)
    if (username || password || hash) return false
    return protocol === 'https:' || loopback.includes(hostname)
  })
