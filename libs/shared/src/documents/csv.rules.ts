import { OwnError } from '../logging/index.js'

/**
 * The records of a text of comma-separated values, one at a time. A quoted field may hold commas, doubled quotes and
 * line breaks; an empty line is a record of one empty field.
 */
export function* readCsv(text: string): Generator<string[]> {
  let fields: string[] = []
  // A field and what ends it, each found where the one before left off.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  while (field.lastIndex < text.length) {
    const found = field.exec(text)
    if (!found) throw new OwnError('a line is not comma-separated values')
    const [, quoted, plain = '', end] = found
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === ',') continue
    yield fields
    fields = []
  }
}
