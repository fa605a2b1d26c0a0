import { join } from 'node:path'
import { makeBrokerSecrets, type BrokerSecrets } from '../../tools/demo/broker-secrets.js'
import { projectRoot } from '../../tools/project-root.js'

export type { BrokerSecrets }

/** Made by the first test on this machine, and again before they run out: it takes a second. */
export const brokerSecrets = (): Promise<BrokerSecrets> =>
  makeBrokerSecrets(join(projectRoot, '.cache', 'test-broker'))
