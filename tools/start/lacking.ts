import { checkSettings, SettingsError, type Environment } from '#shared/config'
import { commonSettings } from '#shared/service'
import { services } from '../../apps/index.js'

/** What each service would refuse its environment for, in a line each; empty where all can start. */
export async function lacking(env: Environment): Promise<string[]> {
  const common = Object.values(commonSettings).flat()
  const lines: string[] = []
  for (const { name, settings } of services) {
    try {
      checkSettings([...common, ...(await settings())], env)
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      lines.push(`${name}: ${error.message.replace(/^settings: /, '')}`)
    }
  }
  return lines
}

/** What says that somebody has set something up. */
const setUp = /^(?:NATS_|APVS_|AWS_|DATA_DIR$)/

/** Where nothing at all is set, somebody has just come here: the demonstration needs nothing. */
export const hint = (env: Environment): string =>
  Object.keys(env).some((name) => setUp.test(name) && env[name]?.trim())
    ? 'see docs/settings.md'
    : 'to see it at work with nothing set: npm run demo. What each setting is: docs/settings.md'
