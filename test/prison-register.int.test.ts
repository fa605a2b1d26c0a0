import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { scheduleMessageId, slotOfTime, streams } from '#shared/contracts'
import { seededPrisons } from '#shared/database'
import { Flows } from '#shared/flows'
import { jobSubjects } from '#shared/jobs'
import { TemporaryFailure } from '#shared/messaging'
import { Prisons, type PrisonList } from '#shared/prisons'
import { BareClient } from './support/bare-client.js'
import { baseSettings } from './support/environment.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const bucket = baseSettings.AWS_S3_BUCKET_NAME ?? ''
const path = 'registers/prisons.csv'

/** Lines of the register, by name. */
type Lines = Record<string, string | undefined>
const asSeeded: Lines = Object.fromEntries(seededPrisons.map((prison) => [prison[0], prison.join()]))
const csv = (changes: Lines = {}) => {
  const lines = Object.values({ ...asSeeded, ...changes }).filter((line) => line !== undefined)
  return `name,display_name,region,postcode\n${lines.join('\n')}\n`
}
/** The seeded ones, and so many more that there are so many in all. */
const invented = (count: number) =>
  csv() +
  Array.from({ length: count - seededPrisons.length }, (_, n) => `p${n},P ${n},SCO,AB1 2CD\n`).join('')
/** Without the first so many. */
const without = (count: number): Lines =>
  Object.fromEntries(seededPrisons.slice(0, count).map(([name]) => [name, undefined]))

describe('the prison register', () => {
  let system: System
  let client: BareClient

  beforeAll(async () => {
    const env: Record<string, string> = { CHAT_PAUSE_SECONDS: '1' }
    system = await System.start({ clock: '2024-03-13 11:30:00', services: [], env })
    env.CHAT_WEBHOOK_URL = system.simulators.chat.webhook
    for (const name of ['task-relay', 'register-importer', 'scheduler']) await system.startService(name)
    client = await BareClient.connect(system.nats.url)
  }, 180_000)
  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  const db = () => system.connection.db
  const operator = async (line: string) => {
    const env = { ...system.database.env, ...system.nats.envOf('ops') }
    const { code, out, err } = await runOps(line, env)
    expect({ line, code, err }).toEqual({ line, code: 0, err: [] })
    return out
  }
  const store = (text: string | Buffer) => system.simulators.s3.put(bucket, path, text)
  const requests = () =>
    system.simulators.s3.calls.filter(({ key }) => key === path).map(({ method }) => method)
  const flows = () => db().selectFrom('AsyncSchema.Flow').selectAll().orderBy('FlowId').execute()
  const states = async () => (await flows()).map(({ State }) => State)
  const last = async () => (await flows()).at(-1)
  const reaches = (state: string) =>
    until(`the import is ${state}`, async () => (await last())?.State === state)
  const totals = async () =>
    db()
      .selectFrom('AsyncSchema.FlowStep')
      .select(['Queued', 'Done', 'Failed'])
      .where('FlowId', '=', (await last())?.FlowId ?? 0)
      .where('Position', '=', 0)
      .executeTakeFirst()
  const prison = (name: string) =>
    db()
      .selectFrom('AsyncSchema.Prison')
      .select(['DisplayName', 'Region', 'Postcode', 'DateClosed'])
      .where('Name', '=', name)
      .executeTakeFirst()
  const table = () => db().selectFrom('AsyncSchema.Prison').selectAll().orderBy('Name').execute()
  const closed = async () => (await table()).filter(({ DateClosed }) => DateClosed !== null)
  const list = async (): Promise<PrisonList> => {
    const [found] = await system.connection.ask(new Prisons(system.connection).now())
    return found
  }
  const logged = (event: string) =>
    system.logLines
      .map((line) => JSON.parse(line) as { msg: string; row?: string; reason?: string; count?: number })
      .filter(({ msg }) => msg === event)

  let fired = 0
  /** As the scheduler fires it, each time for another second; and waits until it has looked. */
  async function look(): Promise<void> {
    const due = new Date(Date.UTC(2024, 2, 13, 11, 0, (fired += 1)))
    const id = scheduleMessageId(jobSubjects['prison-register'], slotOfTime(due))
    const headers = { 'ce-id': id, 'Nats-Msg-Id': id }
    await client.publish(jobSubjects['prison-register'], { due: due.toISOString() }, headers)
    await system.answered(streams.schedule.name)
  }
  const told = () => system.simulators.chat.calls.map(({ text }) => text).join('\n')

  it('is not missed where there is none', async () => {
    await look()
    expect(await flows()).toEqual([])
  })

  it('changes nothing that is as it was', async () => {
    const before = await table()
    store(csv())
    await look()
    await reaches('DONE')
    expect(await totals()).toEqual({ Queued: 0, Done: 0, Failed: 0 })
    expect(await table()).toEqual(before)
  })

  it('is not read again while its tag is the same', async () => {
    const [flowsBefore, before] = [(await flows()).length, requests()]
    await look()
    expect((await flows()).length).toBe(flowsBefore)
    expect(requests().slice(before.length)).toEqual(['HEAD'])
  })

  it('is taken over at once: what is changed, new, gone and open again', async () => {
    const changed = { durham: 'durham,HMP Durham,ENG/WAL,DH1 9ZZ', newtown: 'newtown,Newtown,SCO,EH1 1AA' }
    await operator('pause report-prison-register --yes')
    store(csv({ ...changed, dover: undefined }))
    await look()
    await until('each is taken in', async () => (await last())?.State === 'RUNNING' && (await taken()) === 3)
    // Whoever costs or judges a claim meanwhile has the list of before, all of it.
    const before = await list()
    expect([before.byName('durham')?.displayName, before.byName('newtown')]).toEqual(['Durham', undefined])
    expect(await closed()).toEqual([])
    await operator('resume report-prison-register --yes')
    await reaches('DONE')
    expect(await totals()).toEqual({ Queued: 3, Done: 3, Failed: 0 })
    const after = await list()
    expect(['DURHAM', 'newtown', 'dover'].map((name) => after.byName(name))).toEqual([
      { displayName: 'HMP Durham', region: 'ENG/WAL', postcode: 'DH1 9ZZ' },
      { displayName: 'Newtown', region: 'SCO', postcode: 'EH1 1AA' },
      // Claims name it.
      { displayName: 'Dover', region: 'ENG/WAL', postcode: 'CT17 9DR' },
    ])
    expect((await closed()).map(({ Name }) => Name)).toEqual(['dover'])
    await until('it is in the log', () => logged('prison register imported').at(-1)?.count === 3)
    await until('the chat knows', () => told().includes('3 prisons changed, 1 of them closed.'))
    store(csv(changed))
    await look()
    await until('there is another', async () => (await flows()).length === 3)
    await reaches('DONE')
    expect(await closed()).toEqual([])
  })

  it('is imported again where it is put back to what it was two imports ago', async () => {
    store(csv())
    await look()
    await until('there is another', async () => (await flows()).length === 4)
    await reaches('DONE')
    expect(await prison('durham')).toMatchObject({ DisplayName: 'Durham', DateClosed: null })
    expect((await closed()).map(({ Name }) => Name)).toEqual(['newtown'])
  })

  it('waits while another import is under way', async () => {
    await operator('pause take-in-prison --yes')
    store(csv({ perth: 'perth,First,SCO,PH2 8AT' }))
    await look()
    await until('it is under way', async () => (await last())?.State === 'RUNNING')
    await until('it has read its file', async () => (await totals())?.Queued === 1)
    store(csv({ perth: 'perth,Second,SCO,PH2 8AT' }))
    await look()
    expect((await states()).slice(-2)).toEqual(['RUNNING', 'WAITING'])
    await operator('resume take-in-prison --yes')
    await reaches('DONE')
    expect((await states()).slice(-2)).toEqual(['DONE', 'DONE'])
    expect(await prison('perth')).toMatchObject({ DisplayName: 'Second' })
  })

  it('waits for a person where half of it is gone, and does what was agreed to', async () => {
    store(csv(without(80)))
    await look()
    await reaches('WAITING-FOR-APPROVAL')
    expect(await last()).toMatchObject({ Reason: 'would-remove-80-of-160' })
    expect((await closed()).map(({ Name }) => Name)).toEqual(['newtown'])
    // What comes after it was agreed to is another import's.
    store(csv(without(120)))
    await operator(`flows approve ${(await last())?.FlowId} --reason agreed --yes`)
    await reaches('DONE')
    expect(await closed()).toHaveLength(81)
    store(csv())
    await look()
    await until('all are open again', async () => (await closed()).length === 1)
    await reaches('DONE')
  })

  it('ends with what failed, and names it; mended and retried, it is done', async () => {
    const poison = {
      durham: 'durham,Durham,ENGLAND,DH1 3HU',
      perth: 'perth,,SCO,PH2 8AT',
      dover: 'dover,Dover,ENG/WAL,',
    }
    store(csv({ ...poison, leeds: 'leeds,HMP Leeds,ENG/WAL,LS12 2TJ' }))
    await look()
    await reaches('DONE-WITH-FAILURES')
    expect(await totals()).toEqual({ Queued: 4, Done: 1, Failed: 3 })
    expect(await prison('leeds')).toMatchObject({ DisplayName: 'HMP Leeds' })
    expect(await prison('durham')).toMatchObject({ Region: 'ENG/WAL' })
    const { FlowId: flow = 0 } = (await last()) ?? {}
    const shown = await operator(`flows show ${flow}`)
    for (const [name, reason] of [
      ['durham', 'prison-region-unknown'],
      ['perth', 'prison-name-missing'],
      ['dover', 'prison-postcode-missing'],
    ] as const)
      expect(shown.filter((line) => line.includes(`.${name}>`) && line.includes(reason))).toHaveLength(1)
    const named = () => logged('prison not taken in: see its dead letter').map(({ row = '' }) => row)
    await until('it is in the log', () => named().length === 3)
    expect(named().sort()).toEqual(Object.keys(poison).sort())
    await until('the chat knows', () => told().includes(`3 could not be taken in`))
    store(
      csv({ durham: 'durham,Durham (mended),ENG/WAL,DH1 3HU', leeds: 'leeds,HMP Leeds,ENG/WAL,LS12 2TJ' }),
    )
    await look()
    await until('the mended one is imported', async () => (await last())?.FlowId !== flow)
    await reaches('DONE')
    expect(await prison('durham')).toMatchObject({ DisplayName: 'Durham (mended)' })
    await operator('dead-letters retry --consumer take-in-prison --yes')
    await until('the first one is done', async () => (await states()).every((state) => state === 'DONE'))
    expect(await prison('durham')).toMatchObject({ DisplayName: 'Durham (mended)', Region: 'ENG/WAL' })
  })

  it.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'register-empty'],
    ['one without prisons', csv().split('\n').slice(0, 1).join('') + '\n', 'register-empty'],
    ['one that is cut', csv().slice(0, -7), 'register-cut'],
    ['one with another header', csv().replace('display_name', 'name'), 'register-header'],
    ['one that names a prison twice', `${csv()}durham,Durham,ENG/WAL,DH1 3HU\n`, 'register-duplicate'],
    ['one of more prisons than are taken over at once', invented(10_001), 'register-too-many'],
    ['one of 74,000 prisons', invented(74_000), 'register-too-large'],
    ['one in another encoding', Buffer.from(csv(), 'utf16le'), 'register-encoding'],
  ])('is refused in words, and nothing changes: %s', async (_, text, reason) => {
    const [before, count] = [await table(), (await flows()).length]
    store(text)
    await look()
    await until('it is imported', async () => (await flows()).length === count + 1)
    await reaches('DONE-WITH-FAILURES')
    expect(await table()).toEqual(before)
    expect(logged('prison register refused').at(-1)).toMatchObject({ reason })
    // What was committed is said after it.
    const said = (event: string) => logged(event).filter((line) => line.reason === reason).length
    await until(
      'it is in the log',
      () => said('prison register not imported') === said('prison register refused'),
    )
    await until('the chat knows', () => told().includes(`Prison register refused: ${reason}.`))
    const { reports } = await db()
      .selectFrom('AsyncSchema.FlowStep as s')
      .innerJoin('AsyncSchema.Outbox as o', 'o.FlowStepId', 's.StepId')
      .select((eb) => eb.fn.countAll<number>().as('reports'))
      .where('s.FlowId', '=', (await last())?.FlowId ?? 0)
      .where('s.Name', '=', 'report')
      .executeTakeFirstOrThrow()
    expect(Number(reports)).toBe(1)
    // Said once.
    await look()
    expect((await flows()).length).toBe(count + 1)
  })

  it('is imported where it comes between two tries of one that changed nothing', async () => {
    const changed = async (text: string) => {
      const count = (await flows()).length
      store(text)
      await look()
      await until('it is imported', async () => (await flows()).length > count)
    }
    await changed(csv())
    await reaches('DONE')
    const replaced = vi.spyOn(Flows.prototype, 'mayRemove').mockImplementationOnce(() => {
      store(csv({ durham: 'durham,Durham at last,ENG/WAL,DH1 3HU' }))
      return Promise.reject(new TemporaryFailure('somebody-replaced-it'))
    })
    // As it was, in another order.
    await changed(csv({ durham: undefined }) + `${asSeeded.durham}\n`)
    await reaches('DONE')
    replaced.mockRestore()
    await look()
    await reaches('DONE')
    expect(await prison('durham')).toMatchObject({ DisplayName: 'Durham at last' })
  })

  const taken = async () =>
    Number(
      (
        await db()
          .selectFrom('AsyncSchema.PrisonChange')
          .select((eb) => eb.fn.countAll<number>().as('taken'))
          .where('IsTaken', '=', true)
          .executeTakeFirst()
      )?.taken,
    )
})
