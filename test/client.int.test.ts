import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toLondon } from '#shared/clock'
import type { Environment } from '#shared/config'
import { subjects, taskStatus } from '#shared/contracts'
import { NatsClient } from '#shared/messaging'
import { connectRelay, type RelayOptions } from '../libs/client/src/index.js'
import { findNatsServer } from '../testing/nats-server/index.js'
import { BareClient } from './support/bare-client.js'
import { emailsFor, emailsSent, foundRows, inFull, rowsNow, submit } from './support/claim-cases.js'
import { migrated } from './support/claim-ends.js'
import { claimIds, firstTimeClaim, ofClaim } from './support/claim-rows.js'
import { onServer } from './support/on-server.js'
import { add, edit, remove, set } from './support/row-sets.js'
import type { Rows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'
import { WebApp, type Ended } from './support/web-app.js'

/** On a busy machine the first connection, with TLS and a key, takes its time. */
const patienceMs = 3_000
const closedPort = '127.0.0.1:1'
/** The services'; a web app's is the machine's. */
const clock = '2024-03-13 11:30:00'

/** A claim its claimant is about to submit. */
const draft = (n: number): Rows =>
  edit(firstTimeClaim(n), {
    'ExtSchema.Claim': set({ Status: 'IN-PROGRESS', DateSubmitted: null }),
    'ExtSchema.Task': remove(),
  })

/** The same once the web app has submitted it, at its own time, and the services are done with it. */
const handedOver = (n: number, time: unknown): Rows =>
  migrated(
    n,
    edit(draft(n), {
      'ExtSchema.Claim': set({ DateSubmitted: time }),
      'ExtSchema.Task': add({
        TaskId: '@id',
        Task: 'COMPLETE-CLAIM',
        ...ofClaim(n),
        AdditionalData: 'first-time',
        DateCreated: time,
      }),
    }),
  )

/** The example's database is the embedded one. */
const describeEmbedded = describe.skipIf(onServer)

describeEmbedded('the web apps’ client', () => {
  let app: WebApp
  let system: System
  /** A script that forgets to close the relay, started early for it takes its time. */
  let forgetful: Promise<Ended>

  beforeAll(async () => {
    await findNatsServer()
    app = await WebApp.create()
    // Within an hour nothing is found by looking: what is done was told of.
    system = await System.start({ clock, env: { RELAY_POLL_MS: '3600000' } })
    app.write(
      'forgetful.cjs',
      `const { NATS_URL: servers, NATS_NKEY_SEED_FILE: nkeySeedFile, NATS_CA: caFile } = process.env
require('@hwpv/async-client').connectRelay({ servers, nkeySeedFile, caFile, patienceMs: ${patienceMs} }).notifyRelay().then(console.log)`,
    )
    forgetful = app.run(['forgetful.cjs'], system.nats.envOf('web-app'))
  }, 180_000)

  afterAll(async () => {
    await forgetful
    await system.stop()
    app.remove()
  })

  /** The example submits claim `n`. */
  function example(n: number, { database, nats } = system, env: Environment = {}): Promise<Ended> {
    const { Reference, EligibilityId, ClaimId } = claimIds(n)
    const claim = { reference: Reference, eligibilityId: EligibilityId, claimId: ClaimId }
    const argument = JSON.stringify({ ...claim, claimType: 'first-time' })
    return app.run(['submit-claim.js', argument], {
      ...database.env,
      ...nats.envOf('web-app'),
      RELAY_PATIENCE_MS: String(patienceMs),
      ...env,
    })
  }

  function asWebApp(): RelayOptions {
    const {
      NATS_URL: servers,
      NATS_NKEY_SEED_FILE: nkeySeedFile,
      NATS_CA: caFile,
    } = system.nats.envOf('web-app')
    return { servers, nkeySeedFile, caFile, patienceMs }
  }

  async function endsHandedOver(n: number, start: Date, where = system): Promise<void> {
    await where.settled()
    const time = String((await rowsNow(where, draft(n)))['ExtSchema.Task']?.[0]?.DateCreated)
    expect(time >= toLondon(start) && time <= toLondon(new Date())).toBe(true)
    const expected = handedOver(n, time)
    expect(await foundRows(where, draft(n))).toEqual(inFull(expected))
    expect(emailsSent(where, claimIds(n).Reference)).toEqual(emailsFor(expected))
  }

  const told = { code: 0, stdout: 'submitted, and the relay knows\n', stderr: '' }

  it('hands claims over in transactions of knex, and the notice has them done', async () => {
    // The relay waits by the second at the latest: it was told of the first.
    for (const n of [1, 2]) {
      await submit(system, draft(n))
      const start = new Date()
      expect(await example(n)).toEqual(told)
      await endsHandedOver(n, start)
    }
  })

  it('hands over nothing when the transaction is rolled back', async () => {
    const submitted = edit(draft(3), { 'ExtSchema.Claim': set({ Status: 'SUBMITTED' }) })
    await submit(system, submitted)
    const stderr = 'not submitted: there is no such claim to submit\n'
    expect(await example(3)).toEqual({ code: 1, stdout: '', stderr })
    expect(await foundRows(system, submitted)).toEqual(inFull(submitted))
  })

  it('hands over nothing that the services would refuse', async () => {
    const { code, stdout, stderr } = await app.run([
      'submit-claim.js',
      '{"claimType":"repeat","reference":"LONGBYONE-1"}',
    ])
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'not submitted: reference must be a text of 1 to 10 characters\n',
    })
  })

  it('leaves a row waiting that nobody tells of, until somebody does', async () => {
    const waiting = firstTimeClaim(4)
    await submit(system, waiting)
    const other = draft(5)
    await submit(system, other)
    const { Reference, EligibilityId, ClaimId } = claimIds(5)
    const client = await BareClient.connect(system.nats.url)
    await client.publish(subjects.claimSubmitted, {
      reference: Reference,
      eligibilityId: EligibilityId,
      claimId: ClaimId,
    })
    await client.close()
    await until('the claim that needs no relay is done', () => emailsSent(system, Reference).length === 1)
    expect(await foundRows(system, waiting)).toEqual(inFull(waiting))
    const relay = connectRelay(asWebApp())
    expect(await relay.notifyRelay()).toBe(true)
    await relay.close()
    await system.settled()
    expect(await foundRows(system, waiting)).toEqual(inFull(migrated(4, waiting)))
  })

  it('tells the relay on a connection made before NATS was away, and the relay hears it', async () => {
    const relay = connectRelay(asWebApp())
    expect(await relay.notifyRelay()).toBe(true)
    await system.nats.kill()
    expect(await relay.notifyRelay()).toBe(false)
    await system.nats.restart()
    const { app: taskRelay } = system.services.get('task-relay') ?? {}
    await until('the relay is back', () => taskRelay?.get(NatsClient).isConnected === true)
    await submit(system, firstTimeClaim(6))
    expect(await relay.notifyRelay()).toBe(true)
    await system.settled()
    expect(await foundRows(system, firstTimeClaim(6))).toEqual(inFull(migrated(6, firstTimeClaim(6))))
    await relay.close()
    expect(await relay.notifyRelay()).toBe(false)
  })

  it('neither fails nor hangs when NATS is away, and the row is found by a look', async () => {
    const polled = await System.start({ clock })
    try {
      await submit(polled, draft(7))
      const start = new Date()
      expect(await example(7, polled, { NATS_URL: closedPort })).toEqual({
        code: 0,
        stdout: 'submitted\n',
        stderr: 'the relay was not told: connection refused\n',
      })
      await endsHandedOver(7, start, polled)
    } finally {
      await polled.stop()
    }
  })

  it('is told of the broker’s no, and of a key that cannot be read', async () => {
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    const { NATS_NKEY_SEED_FILE: nkeySeedFile } = system.nats.envOf('notifier')
    const notifier = connectRelay({ ...asWebApp(), nkeySeedFile, onError })
    await notifier.notifyRelay()
    await until('the refusal is heard', () => errors.length === 1)
    expect(String(errors[0])).toContain('Permissions Violation for Publish to "tasks.waiting"')
    await notifier.close()
    const keyless = connectRelay({ ...asWebApp(), nkeySeedFile: '/nowhere', onError })
    expect(await keyless.notifyRelay()).toBe(false)
    expect(errors[1]).toMatchObject({ code: 'ENOENT' })
    await keyless.close()
  })

  it('waits only briefly for a server that takes the connection and says nothing, and not for each notice', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    const { port } = silent.address() as AddressInfo
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    const relay = connectRelay({ servers: `127.0.0.1:${port}`, patienceMs: 20, timeout: 200, onError })
    expect(await Promise.all([relay.notifyRelay(), relay.notifyRelay()])).toEqual([false, false])
    expect(errors).toEqual([])
    await until('the server is given up', () => errors.length === 2)
    expect(await relay.notifyRelay()).toBe(false)
    expect(errors.map(String)).toEqual([
      'TimeoutError: timeout',
      'TimeoutError: timeout',
      'Error: NATS did not answer a moment ago',
    ])
    expect(sockets).toHaveLength(1)
    await relay.close()
    sockets.forEach((socket) => socket.destroy())
    silent.close()
  })

  it('survives a listener that throws, and a setting that makes no sense', async () => {
    const onError = () => {
      throw new Error('a listener at fault')
    }
    const nonsense = connectRelay({ servers: 'ws://example.org', onError })
    expect(await nonsense.notifyRelay()).toBe(false)
    await nonsense.close()
  })

  it.each([
    ['require', 'names.cjs', `const { tasks } = require('@hwpv/async-client')`],
    ['import', 'names.mjs', `import { tasks } from '@hwpv/async-client'`],
    ['import of all', 'all.mjs', `import * as client from '@hwpv/async-client'; const { tasks } = client`],
  ])('is there for %s', async (_, file, load) => {
    app.write(
      file,
      `${load}\nconst { table, row } = tasks.archiveOldClaims()\nconsole.log(table, row.Status)`,
    )
    const stdout = `IntSchema.Task ${taskStatus.pending}\n`
    expect(await app.run([file])).toEqual({ code: 0, stdout, stderr: '' })
  })

  it('tells an editor what it takes', async () => {
    app.write(
      'typed.mts',
      `import { connectRelay, insertTask, tasks, type TaskTable } from '@hwpv/async-client'
       const table: TaskTable = tasks.archiveClaim({ claimId: 1 }).table
       const ids: number = await insertTask(tasks.archiveOldClaims(), () => Promise.resolve(1))
       const told: boolean = await connectRelay({ servers: 'nats://nats.example.org', token: 't' }).notifyRelay()
       // @ts-expect-error an id is a number
       tasks.archiveClaim({ claimId: table + ids + told })`,
    )
    expect(await app.check('typed.mts')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('lets a program end that forgets to close the relay', async () => {
    expect(await forgetful).toEqual({ code: 0, stdout: 'true\n', stderr: '' })
  })
})
