import { paymentFileOf, paymentFilePrefixes } from '../contracts/index.js'
import type { DatabaseConnection } from '../database/index.js'
import type { DocumentStore } from '../documents/index.js'
import { unknownFiles } from './unknown-files.rules.js'

/** The payment files in the document store. */
export interface StoredPaymentFiles {
  readonly names: ReadonlySet<string>
  /** Those that the database does not know: it has lost runs that paid, or somebody put them there. */
  readonly unknown: readonly string[]
}

/**
 * Looks at the store first, and then at the database: the row of a run is there before its files are.
 * @throws DocumentStoreError if the files cannot be listed, or not all of them
 */
export async function storedPaymentFiles(
  store: DocumentStore,
  { db }: Pick<DatabaseConnection, 'db'>,
): Promise<StoredPaymentFiles> {
  const listed = await Promise.all(paymentFilePrefixes.map((prefix) => store.list(prefix)))
  const names = listed.flat().filter((name) => paymentFileOf(name))
  const [files, runs] = await Promise.all([
    db.selectFrom('IntSchema.DirectPaymentFile').select('Filepath as path').execute(),
    db.selectFrom('AsyncSchema.PaymentRun').select('Stamp as stamp').execute(),
  ])
  const known = { paths: files.map(({ path }) => path), stamps: runs.map(({ stamp }) => stamp) }
  return { names: new Set(names), unknown: unknownFiles(names, known) }
}
