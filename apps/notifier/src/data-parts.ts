import { dataSeparator } from '#shared/contracts'

/**
 * The texts a Task row's data is joined from, as many as asked for: what follows the last separator that counts
 * is one text, whatever is in it. Undefined if there are fewer.
 */
export function dataParts(data: string, count: number): readonly string[] | undefined {
  const texts = data.split(dataSeparator)
  if (texts.length < count) return undefined
  return [...texts.slice(0, count - 1), texts.slice(count - 1).join(dataSeparator)]
}
