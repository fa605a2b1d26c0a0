import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { SystemClock } from '#shared/clock'
import { DatabaseConnection, databaseSettings, migrate } from '#shared/database'
import { PendingTasks } from '../apps/task-relay/src/relay-tasks/pending-tasks.repository.js'
import { QuietRows } from '../apps/task-relay/src/republish-quiet/quiet-rows.repository.js'
import { Backlog } from '../apps/task-relay/src/show-backlog/backlog.repository.js'
import { percentile, type Benchmark, type Figure } from './figures.js'

const waiting = Number(process.env.BACKLOG_ROWS ?? 500_000)
const looks = 20

/** What the relay's looks take on the embedded database while 500,000 Task rows wait and as many messages are owed. */
export const relayBacklogBench: Benchmark = async (progress) => {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-bench-'))
  const connection = DatabaseConnection.open(databaseSettings({ DATA_DIR: folder }))
  try {
    await migrate(connection, { withWebApps: true })
    await fill(connection)
    progress(`relay-backlog: ${waiting} rows wait`)
    const clock = new SystemClock()
    const tasks = new PendingTasks(connection, clock)
    const quiet = new QuietRows(connection, clock)
    const backlog = new Backlog(connection)
    return [
      ...(await timed('a take of 200 rows: the write lock', () => tasks.takePending('ExtSchema'), 100)),
      ...(await timed('a look at what is quiet, nothing being so', () => quiet.quiet(3_600, 1_800), 100)),
      ...(await timed('counting open runs', () => backlog.openRuns(), 200)),
      ...(await timed('the first pending rows', () => backlog.firstPending('ExtSchema'), 100)),
    ]
  } finally {
    await connection.close()
    rmSync(folder, { recursive: true })
  }
}

async function fill({ db }: DatabaseConnection): Promise<void> {
  const numbers = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${waiting})`
  const now = new SystemClock().now()
  await sql`${numbers} insert into ExtSchema_Task (Task, Reference, EligibilityId, ClaimId, DateCreated, Status)
    select 'COMPLETE-CLAIM', 'ABC1234', 1, i, ${now}, 'PENDING' from n`.execute(db)
  await sql`${numbers} insert into AsyncSchema_Outbox (MessageId, Subject, Body, TaskSchema, TaskId, Run, State,
    Attempts, DateCreated, DateLastHeard, DatePublished, StreamSequence)
    select 'IntSchema.Task.' || i || '.1', 'notifications.claim-accepted', '{}', 'IntSchema', i, 1,
    case when i % 2 = 0 then 'PUBLISHED' else 'TO-PUBLISH' end, 0, ${now}, ${now}, ${now}, i from n`.execute(
    db,
  )
}

async function timed(name: string, look: () => Promise<unknown>, under: number): Promise<Figure[]> {
  const times: number[] = []
  for (let i = 0; i < looks; i++) {
    const begun = performance.now()
    await look()
    times.push(performance.now() - begun)
  }
  return [
    { name: `${name}, p50`, value: percentile(times, 0.5), unit: 'ms' },
    { name: `${name}, longest`, value: percentile(times, 1), unit: 'ms', target: { under } },
  ]
}
