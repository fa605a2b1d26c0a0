import type { Transaction } from 'kysely'
import { normalise, type LocalTime } from '../../clock/index.js'
import {
  manifestPath,
  manifestPrefix,
  olderManifestPath,
  paymentFileName,
  paymentFileTypes,
  runState,
  sameText,
} from '../../contracts/index.js'
import { paymentStatus, sameStatus } from '../../claims/index.js'
import type { Database, DatabaseConnection } from '../../database/index.js'
import type { DocumentStore } from '../../documents/index.js'
import { readManifest, type Manifest, type PaidItem } from '../../payments/index.js'
import { OperationFailed } from '../operation-failed.js'
import { amountsIn } from './bank-file-amounts.rules.js'
import { pagesOf, Recovery, type FoundItem } from './recovery.repository.js'
import { OwnError } from '../../logging/index.js'

/** Something that the lost run has paid, and that is not marked as paid by its recovery. */
export interface NotMarked extends Pick<PaidItem, 'kind' | 'id' | 'claimId' | 'reference' | 'pence'> {
  readonly why: 'not-there' | 'number-of-another' | 'submitted-since' | 'paid-already' | 'not-pending'
  /** When it was paid, if it was. */
  readonly paid: LocalTime | null
}

export interface Recovered {
  readonly runId: string
  readonly stamp: string
  /** It is settled already, and all that it paid is marked: nothing was to be done. */
  readonly wasKnown: boolean
  readonly manifest: Pick<Manifest, 'claims' | 'topUps' | 'totalPence'>
  readonly marked: { readonly claims: number; readonly topUps: number }
  readonly notMarked: readonly NotMarked[]
  /** Files that have rows again. */
  readonly files: readonly string[]
  /** Files of the run that the store does not have. */
  readonly missing: readonly string[]
}

export interface StoredRun {
  readonly manifest: Manifest
  /** Of its files, those that are stored. */
  readonly stored: ReadonlySet<string>
}

/**
 * Reads what a run has left in the document store.
 * @throws OperationFailed if it is not enough to say who was paid
 */
export async function readStoredRun(store: DocumentStore, stamp: string): Promise<StoredRun> {
  const bankFile = await store.get(paymentFileName('ACCESSPAY_FILE', stamp))
  if (!bankFile)
    throw new OperationFailed('the bank file of that run is not in the store: nobody was paid by it')
  const manifest = await manifestBeside(store, stamp, bankFile)
  const amounts = amountsIn(bankFile)
  const isSame = amounts?.join() === manifest.payments.map(({ pence }) => pence).join()
  if (!isSame) throw saysOtherwise()
  const names = await Promise.all(paymentFileTypes.map((type) => store.list(paymentFileName(type, stamp))))
  return { manifest, stored: new Set(names.flat()) }
}

/** What the run says that stored this bank file, whatever others that shared the run would have paid. */
async function manifestBeside(store: DocumentStore, stamp: string, bankFile: Uint8Array): Promise<Manifest> {
  const names = await store.list(manifestPrefix(stamp))
  if (!names.length)
    throw new OperationFailed(`${manifestPrefix(stamp)}* is not in the store: it would say who was paid`)
  const path = [manifestPath(stamp, bankFile), olderManifestPath(stamp)].find((each) => names.includes(each))
  if (path === undefined) throw saysOtherwise()
  const manifest = readManifest((await store.get(path)) ?? Buffer.of())
  if (manifest?.stamp !== stamp) throw new OperationFailed(`${path} cannot be understood`)
  return manifest
}

const saysOtherwise = () =>
  new OperationFailed('the bank file of that run and its manifest do not say the same')

/**
 * Writes down a run that the database has lost, from what it has left in the store: its rows, those of its files, and
 * what it has paid as paid, all of it or nothing. What is not there to be marked stays reserved, so that no run pays it;
 * repeating marks what has come in since.
 * @param dryRun nothing is changed, and the answer is what would be
 * @throws OperationFailed if the run is under way, or what it is about changes at this moment
 */
export async function recoverRun(
  connection: DatabaseConnection,
  { manifest, stored }: StoredRun,
  { now, dryRun }: { readonly now: LocalTime; readonly dryRun: boolean },
): Promise<Recovered> {
  try {
    return await connection.transaction(async (db) => {
      const result = await write(db, { manifest, stored }, now)
      if (dryRun) throw new TakenBack(result)
      return result
    })
  } catch (error) {
    if (error instanceof TakenBack) return error.result
    if (connection.dialect.isDuplicateKey(error)) throw changedMeanwhile()
    throw error
  }
}

async function write(db: Transaction<Database>, { manifest, stored }: StoredRun, now: LocalTime) {
  const recovery = new Recovery(db)
  const run = await recovery.runOf(manifest.stamp)
  const runId = run?.runId ?? (await freeName(recovery, manifest))
  const nothing = { marked: { claims: 0, topUps: 0 }, notMarked: [], files: [], missing: [] }
  const result = { runId, stamp: manifest.stamp, wasKnown: false, manifest, ...nothing }
  if (run?.state === runState.settled) {
    await recovery.take(runId)
    const open = new Set((await recovery.unmarked(runId)).map(keyOf))
    const payments = manifest.payments.filter((payment) => open.has(keyOf(payment)))
    return {
      ...result,
      wasKnown: !payments.length,
      ...(await mark(recovery, runId, { ...manifest, payments })),
    }
  }
  if (run && run.state !== runState.stopped)
    throw new OperationFailed(`${runId} is under way: it ends by itself`)
  if (!run) await recovery.insertRun(runId, manifest, now)
  else if (!(await recovery.takeOver(runId, manifest, now))) throw changedMeanwhile()
  await recovery.recordPayments(runId, manifest.payments)
  const { marked, notMarked } = await mark(recovery, runId, manifest)
  return { ...result, marked, notMarked, ...(await recordFiles(recovery, manifest, stored)) }
}

const keyOf = ({ kind, id }: Pick<PaidItem, 'kind' | 'id'>): string => `${kind} ${id}`

/** Another run may have been begun for that day since. */
const freeName = async (recovery: Recovery, { runId, stamp }: Manifest): Promise<string> =>
  (await recovery.isTaken(runId)) ? `${runId}.${stamp}` : runId

async function mark(recovery: Recovery, runId: string, { payments, made }: Manifest) {
  const notMarked: NotMarked[] = []
  const markPages = async (kind: PaidItem['kind'], items: ItemsOfKind) => {
    let count = 0
    for (const page of pagesOf(payments.filter((payment) => payment.kind === kind))) {
      const { open, others } = sorted(page, await items.found(page.map(({ id }) => id)), made)
      if (open.length && (await items.mark(open, made)) < open.length) throw changedMeanwhile()
      const kept = others.filter(mayComeYet).map(({ id }) => id)
      const settled = page.map(({ id }) => id).filter((id) => !kept.includes(id))
      await recovery.keep(runId, kind, { ids: kept, kept: true })
      await recovery.keep(runId, kind, { ids: settled, kept: false })
      notMarked.push(...others)
      count += open.length
    }
    return count
  }
  const claims = await markPages('claim', {
    found: (ids) => recovery.claims(ids),
    mark: (items) => recovery.markClaims(items, made),
  })
  const topUps = await markPages('top-up', {
    found: (ids) => recovery.topUps(ids),
    mark: (items) => recovery.markTopUps(items, made),
  })
  return { marked: { claims, topUps }, notMarked }
}

interface ItemsOfKind {
  found(ids: readonly number[]): Promise<FoundItem[]>
  mark(items: readonly PaidItem[], made: LocalTime): Promise<number>
}

/** It may come in again, or somebody has to say whether it is what was paid: until then no run may pay it. */
const mayComeYet = ({ why }: NotMarked): boolean => why === 'not-there' || why === 'submitted-since'

function sorted(page: readonly PaidItem[], found: readonly FoundItem[], made: LocalTime) {
  const byId = new Map(found.map((each) => [each.id, each]))
  const open: PaidItem[] = []
  const others: NotMarked[] = []
  for (const item of page) {
    const why = whyNotMarked(item, byId.get(item.id), made)
    if (why === undefined) open.push(item)
    else others.push({ ...item, why, paid: paidAt(byId.get(item.id)) })
  }
  return { open, others }
}

const paidAt = (found: FoundItem | undefined): LocalTime | null =>
  found?.paid ? normalise(found.paid) : null

function whyNotMarked(
  item: PaidItem,
  found: FoundItem | undefined,
  made: LocalTime,
): NotMarked['why'] | undefined {
  if (!found) return 'not-there'
  // Numbers come back after a restore.
  if (found.claimId !== item.claimId || !sameText(found.reference, item.reference)) return 'number-of-another'
  if (sameStatus(found.status ?? '', paymentStatus.processed)) return 'paid-already'
  if (found.since !== null && normalise(found.since) > normalise(made)) return 'submitted-since'
  const isOpen =
    item.kind === 'claim' ? found.status === null : sameStatus(found.status ?? '', paymentStatus.pending)
  return isOpen ? undefined : 'not-pending'
}

async function recordFiles(recovery: Recovery, { stamp, made }: Manifest, stored: ReadonlySet<string>) {
  const files: string[] = []
  const missing: string[] = []
  for (const type of paymentFileTypes) {
    const path = paymentFileName(type, stamp)
    if (!stored.has(path)) missing.push(path)
    else if (await recovery.recordFile({ type, path }, { created: made, enabled: true })) files.push(path)
  }
  return { files, missing }
}

/** Carries a result out of a transaction that is to leave nothing. */
class TakenBack extends OwnError {
  constructor(readonly result: Recovered) {
    super('taken back')
  }
}

const changedMeanwhile = () =>
  new OperationFailed('something of it has just changed: nothing was done; try again')
