import { describe, expect, it } from 'vitest'
import { tableLines } from './table.js'

describe('a table', () => {
  it('has columns as wide as their widest cell, numbers to the right, and a dash for nothing', () => {
    const rows = [
      ['daily', 12, 'done'],
      ['auto-approval', 1_200, undefined],
      ['', null, 'not run'],
    ]
    expect(tableLines(['JOB', 'ROWS', 'HOW'], rows)).toEqual([
      'JOB            ROWS  HOW',
      'daily            12  done',
      'auto-approval  1200  -',
      '-                 -  not run',
    ])
  })

  it('without rows is its headings', () => {
    expect(tableLines(['JOB', 'ROWS'], [])).toEqual(['JOB  ROWS'])
  })
})
