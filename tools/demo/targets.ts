import { SystemClock } from '#shared/clock'
import { messages, taskStatus } from '#shared/contracts'
import { Targets } from '#shared/provisioning'
import type { World } from './world.js'

/** Invented. */
const people = ['Ashgrove', 'Birchall', 'Coldwell', 'Dunmore', 'Eastlake'] as const

/** A system of old that is told of some users, so that its page is not empty. @returns what it is called */
export async function tellSomebody({ connection, simulators }: World): Promise<string> {
  const name = 'legacy'
  const now = new SystemClock().now()
  await connection.transaction((db) =>
    new Targets(connection).add({ db, dialect: connection.dialect, now }, name, {
      ...{ wsdl: simulators.legacy.wsdl(name), format: 'default', kinds: ['user'] },
      ...{ credentials: null, addressed: false },
    }),
  )
  const pending = { Status: taskStatus.pending, DateCreated: now }
  const rows = people.map((lastName, i) => {
    const organisation = { id: 70 + (i % 2) }
    const access = [{ target: name, organisation, roles: [{ id: 1 + (i % 3) }] }]
    const email = `${lastName.toLowerCase()}@example.com`
    const state = { id: i + 1, email, firstName: 'Robin', lastName, status: 1, access }
    const AdditionalData = JSON.stringify({ kind: 'user', id: `demo-${i + 1}`, state })
    return { Task: messages.subjectChanged.task.name, AdditionalData, ...pending }
  })
  await connection.db.insertInto('IntSchema.Task').values(rows).execute()
  return name
}
