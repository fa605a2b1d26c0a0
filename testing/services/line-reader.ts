import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

/** Gives each line of a stream, without its end, to the listener; what is left at the stream's end too. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(onLine)
  })
  stream.on('end', () => {
    if (rest) onLine(rest)
  })
}
