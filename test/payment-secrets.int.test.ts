import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streams } from '#shared/contracts'
import { tables, type TableName } from '#shared/database'
import { BareClient, type StoredMessage } from './support/bare-client.js'
import { claimIds } from './support/claim-rows.js'
import { firePayments, paymentJobs, paymentRuns, storedFiles } from './support/payment-runs.js'
import { accountOf, payableRows, topUpId } from './support/payment-rows.js'
import { makeTrouble, mendTrouble } from './support/payment-trouble.js'
import { occurring } from './support/personal-data.js'
import { merge } from './support/row-sets.js'
import { insertRows } from './support/rows.js'
import { retryLetters } from './support/retry-letters.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const date = '2024-03-13'

const payable = merge(
  payableRows(1, { topUps: [{ TopUpAmount: 3 }], banks: [{ RollNumber: 'ROLL-PAID-1' }] }),
  payableRows(2, { banks: [{ NameOnAccount: 'Zoë "Ångström", Payee', RollNumber: 'ROLL/PAID/2' }] }),
)
const leftOut = merge(
  payableRows(3, { banks: [{ SortCode: '', RollNumber: 'ROLL-LEFT-3' }] }),
  payableRows(4, { banks: [{ AccountNumber: null }] }),
  payableRows(5, { banks: [{ NameOnAccount: 'Broken\nPayee' }] }),
  payableRows(6, { banks: [{ RollNumber: 'ROLL\r6' }], topUps: [{ TopUpAmount: -1 }] }),
  payableRows(7, { expenses: [999_999.99, 999_999.99] }),
)
/** Bank data as it is in the rows. */
const secretsOf = (rows: typeof payable): string[] =>
  (rows['IntSchema.ClaimBankDetail'] ?? []).flatMap((row) =>
    ['SortCode', 'AccountNumber', 'NameOnAccount', 'RollNumber']
      .map((column) => row[column])
      .filter((value): value is string => typeof value === 'string' && value !== ''),
  )

/** Runs that fail in every way there is and go well at last; then everything that was written down about them. */
describe('bank data', () => {
  let system: System
  let messages: StoredMessage[]
  const secrets = secretsOf(merge(payable, leftOut))
  /** The tables of this project's own that had any, at each place where the run was held up. */
  const found: Record<string, readonly string[]> = {}

  beforeAll(async () => {
    system = await System.start({ clock: `${date} 00:05:00`, services: ['payment-run'] })
    const { connection, nats, simulators } = system
    await insertRows(connection, merge(payable, leftOut))
    simulators.s3.misbehave({
      kind: 'status',
      status: 403,
      when: { match: ({ method }) => method === 'PUT' },
    })
    await firePayments(nats.url, date)
    await until('the store has refused the run', () => hasFailed('document-store-403'))
    found.reserved = await tablesWithSecrets()
    await setAmount(999)
    await until('the run is stopped', () => isIn('STOPPED'), 30_000)
    await system.answered(streams.schedule.name, 30_000)
    found.stopped = await tablesWithSecrets()

    await setAmount(1_000)
    simulators.s3.behaveWell()
    await makeTrouble(connection, 'settling top-ups', topUpId(1) - 1)
    await retryLetters(system, 'pay-claims')
    await until('the settlement fails', async () => {
      const [job] = await paymentJobs(connection)
      return (await isIn('FILES-WRITTEN')) && /CONSTRAINT|50000/.test(String(job?.LastReason))
    })
    found['half settled'] = await tablesWithSecrets()
    await mendTrouble(connection, 'settling top-ups')
    await until('the run is settled', () => isIn('SETTLED'), 30_000)
    await system.answered(streams.schedule.name)
    await firePayments(nats.url, '2999-01-01')
    await system.answered(streams.schedule.name)
    found.settled = await tablesWithSecrets()

    const client = await BareClient.connect(nats.url)
    messages = await client.readAll()
    await client.close()
  }, 120_000)
  afterAll(() => system.stop())

  const isIn = async (state: string) => (await paymentRuns(system.connection))[0]?.State === state
  const hasFailed = async (reason: string) =>
    (await paymentJobs(system.connection)).some(({ LastReason }) => LastReason === reason)
  const setAmount = (Amount: number) =>
    system.connection.db
      .updateTable('AsyncSchema.Payment')
      .set({ Amount })
      .where('Kind', '=', 'claim')
      .where('ItemId', '=', claimIds(1).ClaimId)
      .execute()

  async function tablesWithSecrets(): Promise<string[]> {
    const own = (Object.keys(tables) as TableName[]).filter((table) => table.startsWith('AsyncSchema.'))
    const texts = await Promise.all(
      own.map(async (table) => {
        const rows = await system.connection.db.selectFrom(table).selectAll().execute()
        return [table, occurring(secrets, JSON.stringify(rows))] as const
      }),
    )
    return texts.flatMap(([table, some]) => (some.length ? [table, ...some] : []))
  }

  it('is in the files, where this test finds it', () => {
    const bankFile = Object.entries(storedFiles(system.simulators.s3)).find(([name]) =>
      name.startsWith('apvs-payments-'),
    )
    const ofThePaid = [...Object.values(accountOf(1)), 'ROLL-PAID-1', '110002', '10000002', 'ROLL/PAID/2']
    expect(occurring(secrets, bankFile?.[1] ?? '').sort()).toEqual(ofThePaid.sort())
  })

  it('is in one table of this project’s own, of those who are to be paid, until they are paid', () => {
    const ofPayable = ['AsyncSchema.Payment', ...secretsOf(payable)].sort()
    for (const place of ['reserved', 'stopped']) expect([...(found[place] ?? [])].sort()).toEqual(ofPayable)
    const ofTopUp = [
      'AsyncSchema.Payment',
      ...secretsOf(payableRows(1, { banks: [{ RollNumber: 'ROLL-PAID-1' }] })),
    ]
    expect([...(found['half settled'] ?? [])].sort()).toEqual(ofTopUp.sort())
    expect(found.settled).toEqual([])
  })

  it('is in no log line, whatever failed and whoever was left out', () => {
    for (const event of [
      'payment left out',
      'payment files written',
      'payments settled',
      'message not handled',
    ])
      expect(system.logLines.filter((line) => line.includes(`"${event}"`))).not.toEqual([])
    for (const reason of [
      'sort-code-missing',
      'account-number-missing',
      'control-characters',
      'does-not-fit',
    ])
      expect(system.logLines.filter((line) => line.includes(reason))).not.toEqual([])
    expect(system.logLines.some((line) => line.includes('"level":20'))).toBe(true)
    expect(system.logLines.filter((line) => occurring(secrets, line).length)).toEqual([])
  })

  it('is in no message, dead letters included', () => {
    for (const { name } of [streams.schedule, streams.deadLetters])
      expect(messages.filter(({ stream }) => stream === name)).not.toEqual([])
    expect(messages.filter((message) => occurring(secrets, JSON.stringify(message)).length)).toEqual([])
  })
})
