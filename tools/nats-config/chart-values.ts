import { stringify } from 'yaml'
import type { Permissions } from './permissions.js'
import { keyVariable, systemUser, type UserName } from './user-names.js'

export const chartValuesFile = 'helm-values.yaml'

/** The ConfigMap in which the cluster keeps the users' public keys. */
const publicKeys = 'hwpv-nats-public-keys'

const head = `# Made from the code by \`npm run generate\`: changes by hand are lost. Values for NATS' own chart (nats, 1.2 or newer):
# the limits of nats-server.conf and the users of users.conf. README.md, "In Kubernetes", leads through it.
`

/** A word of the server's own language: the chart writes what stands between these marks as it is. */
const word = (text: string): string => `<< ${text} >>`

/** The limits, as nats-server.conf has them. */
export const limits = {
  max_payload: '64KB',
  max_connections: 500,
  max_subscriptions: 200,
  max_pending: '16MB',
  write_deadline: '5s',
  ping_interval: '20s',
  ping_max: 3,
} as const

/** Values for NATS' own chart, by which a cluster has the same limits and users. */
export function chartValues(users: ReadonlyMap<UserName, Permissions>): string {
  const names = [...users.keys(), systemUser] as const
  return (
    head +
    stringify(
      {
        config: {
          cluster: { enabled: true, replicas: 3 },
          jetstream: {
            enabled: true,
            fileStore: { pvc: { size: '20Gi' } },
            // What is acknowledged is on the disk.
            merge: { sync_interval: 'always' },
          },
          nats: { tls: { enabled: true, secretName: 'hwpv-nats-tls' } },
          merge: {
            ...limits,
            max_payload: word(limits.max_payload),
            max_pending: word(limits.max_pending),
            accounts: {
              HWPV: { jetstream: 'enabled', users: [...users].map(userOf) },
              SYS: { users: [{ nkey: word(`$${keyVariable(systemUser)}`) }] },
            },
            system_account: 'SYS',
          },
        },
        container: { env: Object.fromEntries(names.map((name) => [keyVariable(name), fromMap(name)])) },
        natsBox: { enabled: false },
      },
      { lineWidth: 0, aliasDuplicateObjects: false },
    )
  )
}

const userOf = ([name, { publish, subscribe }]: readonly [UserName, Permissions]) => ({
  nkey: word(`$${keyVariable(name)}`),
  permissions: { publish: { allow: publish }, subscribe: { allow: subscribe } },
})

const fromMap = (name: UserName | typeof systemUser) => ({
  valueFrom: { configMapKeyRef: { name: publicKeys, key: keyVariable(name) } },
})
