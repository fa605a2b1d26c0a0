/**
 * With `TRANSACTIONS=twice`, each transaction in the embedded database of an integration test is run, rolled back, and run again, as it is after
 * a deadlock: work that cannot be run again shows.
 */
import { DatabaseConnection } from '#shared/database'

// oxlint-disable-next-line typescript/unbound-method -- it is called with the `this` it belongs to
const once = DatabaseConnection.prototype.transaction

if (process.env.TRANSACTIONS === 'twice') {
  DatabaseConnection.prototype.transaction = async function (work) {
    if (this.dialect.name !== 'sqlite') return once.call(this, work) as never
    const undone = new Error('undone')
    const first = this.db.transaction().execute(async (transaction) => {
      await work(transaction)
      throw undone
    })
    await first.catch((error: unknown) => {
      if (error !== undone) throw error
    })
    return once.call(this, work) as never
  }
}
