import exceljs from 'exceljs'
import type { Environment } from '#shared/config'
import { pence, type DatabaseConnection } from '#shared/database'
import type { DueTotals } from '../testing/simulators/external-web-app/index.js'

/** What one place says was paid. */
type Said = Pick<DueTotals, 'pence'> & Partial<Pick<DueTotals, 'claims' | 'topUps'>> & { lines?: number }

/** @throws if a file, the run or the rows do not say what was due: what is fast and wrong is not worth measuring */
export async function verifyPaid(
  connection: DatabaseConnection,
  store: Environment,
  due: DueTotals,
): Promise<void> {
  const { run, rows } = await saidByDatabase(connection)
  const file = (name: string) => stored(store, name.replace('STAMP', run.stamp))
  const bank = saidByBankFile((await file('apvs-payments-STAMP.txt')).toString())
  const unit = saidByUnitFile((await file('apvu-apvs-payments-STAMP.txt')).toString())
  const journal = await saidByJournal(await file('apvs-adi-journal-STAMP.xlsm'))
  const lines = due.claims + due.topUps
  const wrong = Object.entries<readonly [Said, Said]>({
    'the run': [run.said, due],
    'the claims and top-ups': [rows, due],
    'the bank file': [bank, { lines, pence: due.pence }],
    'the totals by country': [unit, { pence: due.pence }],
    'the journal': [journal, { pence: due.pence }],
  }).filter(([, [said, expected]]) => !sameAs(said, expected))
  if (wrong.length) throw new Error(`not what was due: ${wrong.map(([name]) => name).join(', ')}`)
}

const sameAs = (said: Said, expected: Said): boolean =>
  Object.entries(expected).every(([name, value]) => said[name as keyof Said] === value)

async function saidByDatabase({ db }: DatabaseConnection) {
  const run = await db.selectFrom('AsyncSchema.PaymentRun').selectAll().executeTakeFirstOrThrow()
  const claims = await db
    .selectFrom('IntSchema.Claim')
    .select((of) => [of.fn.countAll<number>().as('count'), of.fn.sum<number>('PaymentAmount').as('paid')])
    .where('PaymentStatus', '=', 'PROCESSED')
    .executeTakeFirstOrThrow()
  const topUps = await db
    .selectFrom('IntSchema.TopUp')
    .select((of) => [of.fn.countAll<number>().as('count'), of.fn.sum<number>('TopUpAmount').as('paid')])
    .where('PaymentStatus', '=', 'PROCESSED')
    .executeTakeFirstOrThrow()
  return {
    run: {
      stamp: run.Stamp,
      said: { claims: run.ClaimsPaid, topUps: run.TopUpsPaid, pence: run.TotalPence },
    },
    rows: { claims: claims.count, topUps: topUps.count, pence: pence(claims.paid) + pence(topUps.paid) },
  }
}

/** Invented names on the accounts have no commas. */
function saidByBankFile(text: string): Said {
  const lines = text.split('\n').slice(0, -1)
  return { lines: lines.length, pence: sum(lines.map((line) => pence(Number(line.split(',')[3])))) }
}

/** The totals stand at the end, below an empty line. */
function saidByUnitFile(text: string): Said {
  const totals = text
    .slice(text.indexOf('\n\n') + 2)
    .split('\n')
    .slice(1, 5)
  return { pence: sum(totals.map((line) => pence(Number(line.split(',')[1])))) }
}

async function saidByJournal(bytes: Buffer): Promise<Said> {
  const workbook = new exceljs.Workbook()
  await workbook.xlsx.load(bytes as never)
  return { pence: pence(Number(workbook.getWorksheet('WebADI')?.getCell('K20').value)) }
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)

async function stored(store: Environment, name: string): Promise<Buffer> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=somebody'
  const address = `${store.AWS_ENDPOINT_URL_S3}/${store.AWS_S3_BUCKET_NAME}/${name}`
  const answer = await fetch(address, { headers: { authorization } })
  if (!answer.ok) throw new Error(`${name} is not stored`)
  return Buffer.from(await answer.arrayBuffer())
}
