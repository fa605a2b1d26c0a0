import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scriptsFolder } from './scripts-folder.js'
import { sqlScripts } from './scripts.js'

/** `npm run db:script`: writes down in T-SQL what `npm run db:migrate` does, and what the worker may do. */
mkdirSync(scriptsFolder, { recursive: true })
for (const [name, text] of await sqlScripts()) {
  const file = join(scriptsFolder, name)
  writeFileSync(file, text)
  console.log(`written: ${file}`)
}
