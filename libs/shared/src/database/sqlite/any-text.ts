import { isUtf8 } from 'node:buffer'
import { isAnyArrayBuffer } from 'node:util/types'

/** What the bytes of a text begin with that libsql is not trusted with: a blob is told apart by it. */
const mark = Buffer.from('\u0001text:')

/** Some character is several bytes, or is a NUL, or there is something that is no character. */
const isMore = (column: string): string =>
  `(octet_length(${column}) <> length(${column}) or ${column} glob '*[^\u0001-~]*')`

/**
 * A question whose texts come as bytes where they are more than ASCII: a text that is no UTF-8, as any program may have
 * written it, would end the whole process inside libsql.
 * @param columns what the question's answer has
 */
export function withTextsAsBytes(question: string, columns: readonly string[]): string {
  const safe = columns.map((name) => {
    const column = `"${name.replaceAll('"', '""')}"`
    return `case when typeof(${column}) = 'text' and ${isMore(column)} then cast('${mark.toString()}' || ${column} as blob) else ${column} end as ${column}`
  })
  return `select ${safe.join(', ')} from (${question})`
}

/** Makes texts of bytes that were texts, in place. */
export function readTexts(row: Record<string, unknown>): void {
  for (const name in row) {
    const value = row[name]
    if (!isAnyArrayBuffer(value)) continue
    const bytes = Buffer.from(value)
    if (bytes.subarray(0, mark.length).equals(mark)) row[name] = textOf(bytes.subarray(mark.length))
  }
}

/** A character of several bytes, read one byte a character; or a byte that belongs to none. */
const sequences =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g

/** What is no character becomes half of one, as it may stand in SQL Server's columns too: `isPlainText` refuses it. */
function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return bytes
    .toString('latin1')
    .replace(sequences, (found) =>
      found.length > 1
        ? Buffer.from(found, 'latin1').toString('utf8')
        : String.fromCharCode(0xdc00 + found.charCodeAt(0)),
    )
}
