import { keyVariable, type UserName } from './user-names.js'
import type { Permissions } from './permissions.js'

const head = `# Made from the code by \`npm run generate\`: changes by hand are lost. Included by nats-server.conf.
# Each user by the public key in its variable, with the subjects it may use; all others are refused.
`

/** The users in nats-server's own language. */
export const usersConf = (users: ReadonlyMap<UserName, Permissions>): string =>
  `${head}\nusers: [\n${[...users].map(([name, permissions]) => user(name, permissions)).join('\n')}\n]\n`

const user = (name: UserName, { publish, subscribe }: Permissions): string =>
  [
    `  # ${name}`,
    '  {',
    `    nkey: $${keyVariable(name)}`,
    '    permissions: {',
    `      publish: {`,
    ...list('allow', publish),
    '      }',
    `      subscribe: {`,
    ...list('allow', subscribe),
    '      }',
    '    }',
    '  }',
  ].join('\n')

const list = (name: string, subjects: readonly string[]): string[] => [
  `        ${name}: [`,
  ...subjects.map((subject) => `          "${subject}"`),
  '        ]',
]
