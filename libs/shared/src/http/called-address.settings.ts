import { z } from 'zod'
import { flag, readSettings, type Environment, type SettingsGroup } from '../config/index.js'

const schema = z.object({
  LOOPBACK_ALLOWED: flag(false, {
    words:
      'true: receivers of webhooks and systems that are provisioned may be on this machine, over HTTP too; for tests and the demo',
  }),
})

export const calledAddressSettings: SettingsGroup = { schema }

/** Whether addresses that others have given may be of this machine. */
export const isLoopbackAllowed = (env: Environment): boolean => readSettings(schema, env).LOOPBACK_ALLOWED
