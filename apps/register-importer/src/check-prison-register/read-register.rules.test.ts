import { describe, expect, it } from 'vitest'
import { mostPrisons, readRegister, type Refusal } from './read-register.rules.js'

const header = 'name,display_name,region,postcode'
const durham = 'durham,Durham,ENG/WAL,DH1 3HU'
const file = (...lines: readonly string[]) => Buffer.from(`${lines.join('\n')}\n`)

const many = (count: number) => Array.from({ length: count }, (_, n) => `p${n},P ${n},SCO,AB1 2CD`)

describe('a file that is the register', () => {
  it('may have as many prisons as are taken over at once', () => {
    expect(readRegister(file(header, ...many(mostPrisons)))).toMatchObject({ kind: 'read' })
  })

  it.each([
    ['as it is written', file(header, durham)],
    ['with a mark at its beginning', Buffer.concat([Buffer.from('\uFEFF'), file(header, durham)])],
    ['with the ends of lines of Windows', Buffer.from(`${header}\r\n${durham}\r\n`)],
    ['with quotes and spaces', file(header, 'durham,"Durham" , ENG/WAL,DH1 3HU'.replace('" ,', '",'))],
  ])('%s', (_, bytes) => {
    expect(readRegister(bytes)).toEqual({
      kind: 'read',
      prisons: [{ name: 'durham', displayName: 'Durham', region: 'ENG/WAL', postcode: 'DH1 3HU' }],
    })
  })

  it('has a prison whose line is for its item to judge', () => {
    expect(readRegister(file(header, 'grendon/spring-hill,Café,nowhere,'))).toEqual({
      kind: 'read',
      prisons: [{ name: 'grendon/spring-hill', displayName: 'Café', region: 'nowhere', postcode: '' }],
    })
  })
})

describe('a file that is refused', () => {
  const long = (length: number) => 'x'.repeat(length)
  it.each<[Refusal, string, Uint8Array, number | undefined]>([
    ['register-empty', 'nothing', Buffer.of(), undefined],
    ['register-empty', 'no prison', file(header), undefined],
    ['register-too-large', 'a megabyte', Buffer.alloc(1_000_001, 'x'), undefined],
    [
      'register-too-many',
      'a prison more than there may be',
      file(header, ...many(mostPrisons + 1)),
      undefined,
    ],
    [
      'register-encoding',
      'Windows-1252',
      Buffer.from(`${header}\ncafe,Caf\u00e9,SCO,G1 1AA\n`, 'latin1'),
      undefined,
    ],
    ['register-encoding', 'UTF-16', Buffer.from(`\uFEFF${header}\n${durham}\n`, 'utf16le'), undefined],
    [
      'register-encoding',
      'UTF-16 without a mark',
      Buffer.from(`${header}\n${durham}\n`, 'utf16le'),
      undefined,
    ],
    ['register-cut', 'cut in a line', file(header, durham).subarray(0, -4), 2],
    ['register-cut', 'cut between two fields', file(header, durham).subarray(0, -9), 2],
    ['register-cut', 'cut in the header’s end', Buffer.from(header), 1],
    ['register-header', 'another header', file('name;display_name;region;postcode', durham), 1],
    ['register-header', 'no header', file(durham), 1],
    [
      'register-not-csv',
      'a quote that does not end',
      file(header, 'durham,"Durham,ENG/WAL,DH1 3HU'),
      undefined,
    ],
    ['register-columns', 'a field less', file(header, durham, 'perth,Perth,SCO'), 3],
    ['register-columns', 'a field more', file(header, `${durham},`), 2],
    ['register-columns', 'an empty line', file(header, durham, ''), 3],
    ['register-code', 'a name that is none', file(header, ',Durham,ENG/WAL,DH1 3HU'), 2],
    ['register-code', 'a name in words', file(header, 'HMP Durham,Durham,ENG/WAL,DH1 3HU'), 2],
    ['register-field-too-long', 'a name', file(header, `${long(101)},Durham,ENG/WAL,DH1 3HU`), 2],
    ['register-field-too-long', 'a region', file(header, `durham,Durham,${long(11)},DH1 3HU`), 2],
    ['register-duplicate', 'a name twice', file(header, durham, durham), 3],
  ])('%s: %s', (reason, _, bytes, line) => {
    expect(readRegister(bytes)).toEqual({ kind: 'refused', reason, ...(line ? { line } : {}) })
  })
})
