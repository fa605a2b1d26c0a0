import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { connectOptions, natsSettings } from '#shared/messaging'
import { seedFile } from '../../tools/nats-config/keys.js'
import { configFolder } from '../../tools/nats-config/config-folder.js'
import type { UserName } from '../../tools/nats-config/user-names.js'
import { startNatsServer, type RunningNatsServer } from '../../testing/nats-server/index.js'
import { brokerSecrets, type BrokerSecrets } from './broker-secrets.js'

/** A nats-server with the production configuration. */
export interface Broker extends RunningNatsServer {
  /** The settings by which a service connects as a user: TLS, and the user's own key. */
  envOf(user: UserName): Record<string, string>
  /** Of this server's copy of `users.conf`, which it reads again on SIGHUP. */
  readonly usersFile: string
}

const configFile = 'nats-server.conf'
const usersFile = 'users.conf'
/** May do anything: the tests look at everything and play everybody, without keys and TLS. */
const everybody = '{ user: tests, password: tests }'
const doors = 'allow_non_tls: true\nno_auth_user: tests'

/**
 * Starts a nats-server on the files of `deploy/nats`, on ports and a store of its own.
 * @param open also lets those in who come without TLS and a key, and lets them do anything
 */
export async function startBroker({ open = true } = {}): Promise<Broker> {
  const secrets = await brokerSecrets()
  const folder = copyOfConfig(secrets, open)
  const envOf = (user: UserName, port: number) => ({
    NATS_URL: `tls://127.0.0.1:${port}`,
    NATS_CA: secrets.ca,
    NATS_NKEY_SEED_FILE: seedFile(secrets.keys, user),
  })
  const server = await startNatsServer({
    base: { file: join(folder, configFile), env: brokerVariables(folder, secrets) },
    ...(open ? { config: doors } : { connectWith: connectOptions(natsSettings(envOf('ops', 0)), 'ops') }),
  })
  return Object.assign(server, {
    envOf: (user: UserName) => envOf(user, server.port),
    usersFile: join(folder, usersFile),
  })
}

/** What the files of `deploy/nats` ask for, but for the server's place. */
export const brokerVariables = (folder: string, { publicKeys, ca, cert, key }: BrokerSecrets) => ({
  ...publicKeys,
  HWPV_NATS_STORE_MAX: '10GB',
  HWPV_NATS_CA: join(folder, basename(ca)),
  HWPV_NATS_CERT: join(folder, basename(cert)),
  HWPV_NATS_KEY: join(folder, basename(key)),
})

/** In a folder of its own, which a container can be given. */
function copyOfConfig({ ca, cert, key }: BrokerSecrets, open: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), `broker-${process.pid}-`))
  folders.push(folder)
  for (const file of [ca, cert, key, join(configFolder, configFile)])
    copyFileSync(file, join(folder, basename(file)))
  const users = readFileSync(join(configFolder, usersFile), 'utf8')
  writeFileSync(join(folder, usersFile), open ? users.replace(/\]\s*$/, `  ${everybody}\n]\n`) : users)
  return folder
}

const folders: string[] = []

process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
