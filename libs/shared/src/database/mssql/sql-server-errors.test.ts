import { describe, expect, it } from 'vitest'
import mssql from 'mssql'
import { classifyError } from '../../messaging/index.js'
import {
  CommitUncertain,
  failedBefore,
  isDuplicateKey,
  isTransient,
  meaningOf,
  SqlServerError,
} from './sql-server-errors.js'

/** What `mssql` makes of an error that the server reports. */
const reported = (number: number) =>
  new mssql.RequestError(Object.assign(new Error('x'), { info: { number } }), 'EREQUEST')
const withCode = (code: string) => Object.assign(new Error('x'), { code })

describe('an error of SQL Server', () => {
  it.each([
    -2, 20, 64, 233, 617, 1205, 1222, 3960, 4060, 4221, 10053, 10054, 10060, 10928, 10929, 40197, 40501,
    40613, 49918, 49919, 49920,
  ])('%i passes', (number) => {
    expect(isTransient(new SqlServerError(reported(number)))).toBe(true)
    expect(meaningOf(number)).toMatch(/\w/)
  })

  it.each(['ETIMEOUT', 'ESOCKET', 'ECONNCLOSED'])('%s passes', (code) => {
    expect(isTransient(new SqlServerError(withCode(code)))).toBe(true)
  })

  it.each([
    [102, 'a mistake in the statement'],
    [208, 'a table that is not there'],
    [229, 'a right that was not granted'],
    [547, 'a row that is referred to'],
    [2627, 'a key that is taken'],
    [8152, 'a text that is too long'],
    [18456, 'a wrong password'],
  ])('%i does not pass: %s', (number) => {
    expect(isTransient(new SqlServerError(reported(number)))).toBe(false)
  })

  it('is found where the libraries have wrapped it', () => {
    const socket = Object.assign(new Error('x'), { info: { code: 'ESOCKET' } })
    const inCause = new Error('x', { cause: withCode('ECONNREFUSED') })
    const before = Object.assign(reported(3998), { precedingErrors: [reported(1205)] })
    const all = new AggregateError([withCode('EHOSTUNREACH')])
    for (const error of [new mssql.RequestError(socket), inCause, before, all])
      expect(isTransient(new SqlServerError(error))).toBe(true)
    expect(isTransient(new SqlServerError(Object.assign(new Error('x'), { name: 'TimeoutError' })))).toBe(
      true,
    )
  })

  it('is not looked for in a circle', () => {
    const error: Error & { cause?: unknown } = new Error('x')
    error.cause = error
    expect(isTransient(new SqlServerError(error))).toBe(false)
  })

  it('says its number before the code of a library, and nothing of a row to the message', () => {
    const error = new SqlServerError(reported(1205))
    expect([error.name, error.code, error.number]).toEqual(['SqlServerError', '1205', 1205])
    expect(classifyError(error)).toMatchObject({ kind: 'retry', reason: 'SqlServerError-1205' })
    expect(classifyError(new SqlServerError(withCode('ESOCKET')))).toMatchObject({
      kind: 'retry',
      reason: 'SqlServerError-ESOCKET',
    })
  })

  it('without a number, while something is asked, is a lost connection, whatever it says of itself', () => {
    const all = [new Error('unexpected end of message stream'), withCode('ECLOSE'), withCode('EPROTO')]
    for (const thrown of all) {
      const error = new SqlServerError(new mssql.RequestError(thrown, 'EREQUEST'), true)
      expect(isTransient(error)).toBe(true)
      expect(error.words).toMatch(/connection/)
    }
    // Before a server was reached, it may be anything: a wrong password, for one.
    expect(isTransient(new SqlServerError(new Error('x')))).toBe(false)
  })

  it.each(['EARGS', 'EPARAM', 'EABORT', 'ENOTBEGUN', 'EREQINPROG', 'ELOGIN'])(
    '%s is a refusal before anything is sent',
    (code) => {
      expect(isTransient(new SqlServerError(withCode(code), true))).toBe(false)
    },
  )

  it('that ends the connection passes, whatever its number', () => {
    const ending = (severity: number) =>
      new mssql.RequestError(
        Object.assign(new Error('x'), { info: { number: 4242, class: severity } }),
        'EREQUEST',
      )
    expect(isTransient(new SqlServerError(ending(20), true))).toBe(true)
    expect(isTransient(new SqlServerError(ending(16), true))).toBe(false)
  })

  it('of a commit is never one to repeat here, and worth another delivery', () => {
    const error = new CommitUncertain(reported(1205))
    expect(isTransient(error)).toBe(false)
    expect(classifyError(error)).toMatchObject({ kind: 'retry', reason: 'CommitUncertain-1205' })
  })

  it('about a key that is taken is known from others', () => {
    expect(isDuplicateKey(new SqlServerError(reported(2601)))).toBe(true)
    expect(isDuplicateKey(new SqlServerError(reported(2627)))).toBe(true)
    expect(isDuplicateKey(new SqlServerError(reported(547)))).toBe(false)
    expect(isDuplicateKey(reported(2627))).toBe(false)
  })

  it('that nobody knows does not pass', () => {
    for (const thrown of [undefined, null, 'text', 1205, new Error('x')])
      expect(isTransient(new SqlServerError(thrown))).toBe(false)
    expect(isTransient(reported(1205))).toBe(false)
    expect(isTransient(new SqlServerError(withCode('toString')))).toBe(false)
  })
})

describe('whether a text failed before its commit, in line 9', () => {
  const error = { number: 547, class: 16, lineNumber: 4 }

  it('is certain of an error in a line before', () => {
    expect(failedBefore(9, error)).toBe(true)
    expect(failedBefore(9, { ...error, precedingErrors: [{ ...error, lineNumber: 3 }] })).toBe(true)
  })

  it.each([
    ['in the line of the commit', { lineNumber: 9 }],
    ['in no line', { lineNumber: 0 }],
    ['that ends the connection', { class: 20 }],
    ['of the driver', { number: undefined }],
    // What a trigger raises need not end the text.
    ['in a trigger', { procName: 'on_claim' }],
    ['beside another one', { precedingErrors: [{ ...error, lineNumber: 9 }] }],
  ])('is not of an error %s', (_, other) => {
    expect(failedBefore(9, { ...error, ...other })).toBe(false)
  })
})
