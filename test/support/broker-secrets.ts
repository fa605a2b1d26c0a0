import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBrokerSecrets, type BrokerSecrets } from '../../tools/demo/broker-secrets.js'
import { userNames } from '../../tools/nats-config/user-names.js'
import { projectRoot } from '../../tools/project-root.js'

export type { BrokerSecrets }

const cacheFolder = join(projectRoot, '.cache', 'test-broker')

/**
 * Made by the first test on this machine, and again each month (a certificate lasts a year) and for other users: it
 * takes a second. Safe to call in several processes at once: the folder appears in one step and nothing in it changes
 * any more, so nobody gets one maker's certificate with another's authority.
 */
export async function brokerSecrets(folder = cacheFolder): Promise<BrokerSecrets> {
  const month = new Date().toISOString().slice(0, 7)
  const users = createHash('sha256').update(userNames.join()).digest('hex').slice(0, 8)
  const whole = join(folder, `${month}-${users}`)
  if (!existsSync(whole)) await makeWhole(folder, whole)
  return makeBrokerSecrets(whole)
}

async function makeWhole(folder: string, whole: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const own = await mkdtemp(join(folder, 'making-'))
  try {
    await makeBrokerSecrets(own)
    await rename(own, whole)
  } catch (error) {
    await rm(own, { recursive: true, force: true })
    // Another process was first: its folder is as good.
    if (!isTaken(error)) throw error
  }
}

const isTaken = (error: unknown): boolean =>
  ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')
