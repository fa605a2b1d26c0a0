import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configFolder } from './config-folder.js'
import { usersConf } from './users-conf.js'
import { allPermissions } from './users.js'

/** `npm run nats:config`: writes down what each user of the broker may do. */
const file = join(configFolder, 'users.conf')
writeFileSync(file, usersConf(allPermissions()))
console.log(`written: ${file}`)
