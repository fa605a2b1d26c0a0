import { rightsFor, type Rights } from './needed-rights.js'
import { recorded } from './recorded.js'
import { statementSteps } from './statement-steps.js'

/** `isMigrated`, which services ask as they start, reads this table, and the catalogue. */
const ofMigrations: Rights = { 'AsyncSchema.Migration': ['select'] }

/** What the web apps may read besides their own tables; nothing of it is for them to change. */
const ofWebApps: Rights = { 'AsyncSchema.Prison': ['select'] }

/** The steps that the operator's console takes, too: it looks, writes down who did what, and makes work owed again. */
const ofConsole = /^(?:ops|operations|schedule): |^pay-claims: which files are known$/

/** What each role needs in the database, and the worker's in the archive: what their statements ask for, and no more. */
export async function rightsOfRoles(): Promise<
  Readonly<Record<'worker' | 'archive' | 'console' | 'webApp', Rights>>
> {
  const worker = await needed(() => true)
  const console = await needed((step) => ofConsole.test(step))
  if (Object.keys(console.archive).length) throw new Error('the console has no login to the archive')
  return {
    worker: inOrder({ ...worker.main, ...ofMigrations }),
    archive: worker.archive,
    console: inOrder({ ...console.main, ...ofMigrations }),
    webApp: ofWebApps,
  }
}

async function needed(takes: (step: string) => boolean) {
  const steps = Object.entries(statementSteps).filter(([name]) => takes(name))
  return rightsFor((await Promise.all(steps.map(([, step]) => recorded('mssql', step)))).flat())
}

const inOrder = (rights: Rights): Rights =>
  Object.fromEntries(Object.entries(rights).sort(([one], [other]) => (one < other ? -1 : 1)))
