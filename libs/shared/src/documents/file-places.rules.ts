import { posix } from 'node:path'
import { isOfPayments, paymentFilePrefixes, stampOfManifest } from '../contracts/index.js'

/** Whose files a row may name: the claimants' documents, or the payments' files. Both are in one store. */
export type FilePlace = 'documents' | 'payment-files'

/** Why a file is not deleted for a row of the other place. */
export type ForeignFile = 'file-of-payments' | 'file-of-documents'

/**
 * Whether a row of a place may have the file of this name deleted. A row of documents names no payment file, however it
 * is spelt; one of payments names a payment file, as this project and the former worker spell it, and nothing else.
 * @returns why not; undefined if it may
 */
export function whyForeign(place: FilePlace, path: string): ForeignFile | undefined {
  if (place === 'payment-files') return isPaymentFile(path) ? undefined : 'file-of-documents'
  return spellings(path).some(isOfPayments) ? 'file-of-payments' : undefined
}

const isPaymentFile = (path: string): boolean =>
  (!/[/\\]/.test(path) && paymentFilePrefixes.some((start) => path.startsWith(start))) ||
  stampOfManifest(path) !== undefined

/** What a store, or the system below it, may take a name for. */
function spellings(path: string): readonly string[] {
  const readings = [path, decoded(path), decoded(decoded(path))].flatMap((text) => [
    text,
    text.normalize('NFKC'),
  ])
  return readings.map((text) => cleaned(text))
}

/** Without `./`, `../`, doubled or other slashes, and characters that are not seen. */
function cleaned(text: string): string {
  const visible = text.replaceAll('\\', '/').replace(/[\p{C}]/gu, '')
  const parts = visible.split('/').map((part) => part.trim())
  return posix.resolve('/', ...parts.filter((part) => part !== '')).slice(1)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // It is no encoding, and means itself.
    return text
  }
}
