import { describe, expect, it } from 'vitest'
import { stripVTControlCharacters } from 'node:util'
import { forPeople } from './for-people.js'
import { Log } from './log.js'

const printed = (write: (log: Log) => void): string => {
  let line = ''
  write(Log.create('notifier', 'debug', { write: (text) => void (line = text) }))
  return stripVTControlCharacters(forPeople(line))
}

describe('a line of the log for people', () => {
  it('says when, who, what, and the fields', () => {
    expect(printed((log) => log.info('message handled', { consumer: 'send-email', ms: 12 }))).toMatch(
      /^\d\d:\d\d:\d\d info {2}notifier {8}message handled consumer=send-email ms=12\n$/,
    )
  })

  it('tells of an error by its name, and is in colour', () => {
    const line = printed((log) => log.error('it failed', new TypeError('not ours')))
    expect(line).toMatch(/^\S+ error notifier {8}it failed error=\{name=TypeError.*\}\n$/)
    expect(line).not.toContain('not ours')
    expect(forPeople('{"level":50,"time":0,"service":"x","msg":"y"}')).toContain('\u001b[31m')
  })
})
