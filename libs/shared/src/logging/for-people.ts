import { styleText } from 'node:util'

const levels: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }
type Style = Parameters<typeof styleText>[0]
const styles: Readonly<Record<string, Style>> = { debug: 'gray', warn: 'yellow', error: 'red' }
const longestService = 'claim-completer'.length

/**
 * A line of the log as somebody at a terminal reads it: when, by which service, what, and the fields.
 * @param line as it is written for machines: an object in JSON
 */
export function forPeople(line: string): string {
  const { time, level, service, msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>
  const at = new Date(Number(time)).toTimeString().slice(0, 8)
  const name = levels[Number(level)] ?? String(level)
  const words = [String(msg), ...Object.entries(fields).map(([key, value]) => `${key}=${written(value)}`)]
  const text = `${at} ${name.padEnd(5)} ${String(service).padEnd(longestService)} ${words.join(' ')}\n`
  const style = process.env['NO_COLOR'] ? undefined : styles[name]
  return style === undefined ? text : styleText(style, text, { validateStream: false })
}

const written = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? `{${Object.entries(value)
        .map(([key, part]) => `${key}=${written(part)}`)
        .join(' ')}}`
    : String(value)
