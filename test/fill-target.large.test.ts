import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFlows } from '#shared/operations'
import { targetStandings } from '#shared/provisioning'
import { accessTo, aUser, Provisioned, provisionerToken } from './support/provisioned.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

/** `FILL_SUBJECTS` asks for another number. */
const subjects = Number(process.env.FILL_SUBJECTS ?? 2_000)
const patient = 900_000
const rowsPerInsert = 200

/** A system that comes when there is much already. */
describe(`a target that is new to ${subjects} subjects`, () => {
  let system: System
  let all: Provisioned

  beforeAll(async () => {
    system = await System.start({
      ...{ services: ['task-relay'], env: { PROVISIONER_API_TOKEN: provisionerToken, LOG_LEVEL: 'info' } },
    })
    const { port } = await system.startService('provisioner')
    all = new Provisioned(system, port)
    const { connection, clock } = system
    const rows = Array.from({ length: subjects }, (_, i) => ({
      ...{ Kind: 'user', SubjectKey: `u${i + 1}`, Version: 1, IsAbsent: false, DateSaid: clock.now() },
      DateChanged: clock.now(),
      State: JSON.stringify(aUser(i + 1, [accessTo('new', 7, 1, 2), accessTo('other', 7)])),
    }))
    for (let i = 0; i < rows.length; i += rowsPerInsert)
      await connection.db
        .insertInto('AsyncSchema.ProvisioningSubject')
        .values(rows.slice(i, i + rowsPerInsert))
        .execute()
  }, 300_000)
  afterAll(() => system.stop(), 60_000)

  it(
    'is told of each once, and how far it is can be seen',
    async () => {
      const { connection, clock } = system
      const begun = performance.now()
      await all.target('new', { kinds: ['user'], format: 'collect' })
      const seen = new Set<number>()
      await until(
        'all is told',
        async () => {
          const [flow] = await readFlows(connection, clock.instant(), { limit: 1 })
          const [target] = await targetStandings(connection)
          if (target) seen.add(target.confirmed)
          return flow?.state === 'DONE' && target?.confirmed === subjects
        },
        patient,
        500,
      )
      const seconds = (performance.now() - begun) / 1_000
      process.stdout.write(
        `${subjects} subjects in ${seconds.toFixed(1)} s, ${Math.round(subjects / seconds)} a second; looks that saw more: ${seen.size}\n`,
      )
      expect(seen.size).toBeGreaterThan(2)
      expect(all.legacy.calls).toHaveLength(subjects)
      const records = all.legacy.records('new')
      expect(new Set(records.map(({ key }) => key)).size).toBe(subjects)
      expect(records.every(({ created, updated }) => created === 1 && updated === 0)).toBe(true)
      const [flow] = await readFlows(connection, clock.instant(), { limit: 1 })
      expect(flow?.steps).toMatchObject([{ step: 'fill', queued: subjects, done: subjects, failed: 0 }])
    },
    patient,
  )
})
