import { describe, expect, it } from 'vitest'
import { simulatorSettings } from '../../testing/simulators/settings.js'
import { startSimulators } from '../../testing/simulators/index.js'
import { hint, lacking } from './lacking.js'

describe('`npm start`', () => {
  it('with nothing set names what is missing, service by service, and points to the demonstration', async () => {
    const lines = await lacking({ PATH: '/usr/bin' })
    expect(lines).toContainEqual(expect.stringMatching(/^notifier: .*APVS_NOTIFY_API_KEY is missing/))
    expect(hint({ PATH: '/usr/bin' })).toContain('npm run demo')
  })

  it('with something wrong names that, and with everything set nothing', async () => {
    const simulators = await startSimulators()
    const env = { NATS_URL: 'nats://localhost', ...simulatorSettings(simulators) }
    await simulators.close()
    expect(await lacking(env)).toEqual([])
    expect(await lacking({ ...env, RELAY_POLL_MS: 'soon' })).toEqual([
      'task-relay: RELAY_POLL_MS is malformed: a whole number is expected',
    ])
    expect(hint(env)).not.toContain('demo')
  })
})
