'use strict'

// A web app submits a claim: its own change and the task are committed together, then the relay is told.
//
//   node submit-claim.js '{"reference":"ABC1234","eligibilityId":12,"claimId":34,"claimType":"first-time"}'

const { connectRelay, flatTable, insertTask, tasks } = require('@hwpv/async-client')
const { openDatabase } = require('./embedded-database.js')

// Once for the whole web app. With SQL Server it would be
//   knex({ client: 'mssql', connection: { server, database, user, password } })
// and its tables `ExtSchema.Claim` and `ExtSchema.Task` as they are, without flatTable.
const database = openDatabase(process.env.DATA_DIR ?? '.data')
const relay = connectRelay({
  servers: process.env.NATS_URL,
  nkeySeedFile: process.env.NATS_NKEY_SEED_FILE,
  caFile: process.env.NATS_CA,
  patienceMs: Number(process.env.RELAY_PATIENCE_MS ?? 250),
  onError: (error) => console.warn(`the relay was not told: ${error.message}`),
})

async function submitClaim(claim) {
  const task = tasks.completeClaim(claim)
  await database.transaction(async (trx) => {
    await insertTask(task, (table, row) => trx(flatTable(table)).insert(row))
    const submitted = await trx(flatTable('ExtSchema.Claim'))
      .where({ ClaimId: claim.claimId, Reference: claim.reference, Status: 'IN-PROGRESS' })
      .update({ Status: 'SUBMITTED', DateSubmitted: task.row.DateCreated })
    // Thrown inside the transaction, it takes the task back too.
    if (submitted !== 1) throw new Error('there is no such claim to submit')
  })
  return relay.notifyRelay()
}

async function main() {
  try {
    const told = await submitClaim(JSON.parse(process.argv[2]))
    console.log(told ? 'submitted, and the relay knows' : 'submitted')
  } catch (error) {
    console.error(`not submitted: ${error.message}`)
    process.exitCode = 1
  } finally {
    await relay.close()
    await database.destroy()
  }
}

main()
