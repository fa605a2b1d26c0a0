import { expect, it } from 'vitest'
import { readStatus } from './pull-request.js'

it.each<[number, string, string]>([
  [100, 'Idle Heartbeat', 'waiting'],
  [404, 'No Messages', 'ended'],
  [408, 'Request Timeout', 'ended'],
  [409, 'Batch Completed', 'ended'],
  [409, 'Message Size Exceeds MaxBytes', 'ended'],
  [409, 'Leadership Change', 'moving'],
  [409, 'Server Shutdown', 'moving'],
  [400, 'Bad Request', 'trouble'],
  [400, 'Bad Request - heartbeat value too large', 'trouble'],
  [409, 'Consumer Deleted', 'trouble'],
  [409, 'Consumer is push based', 'trouble'],
  [409, 'Exceeded MaxRequestBatch of 4', 'trouble'],
  [409, 'Exceeded MaxRequestExpires of 1s', 'trouble'],
  [409, 'Exceeded MaxRequestMaxBytes of 1', 'trouble'],
  [409, 'Exceeded MaxWaiting', 'trouble'],
  [409, 'Exceeded MaxAckPending', 'trouble'],
  [409, 'Something New', 'trouble'],
  [423, 'Nats-Pin-Id mismatch', 'trouble'],
  [503, '', 'trouble'],
  [0, '', 'trouble'],
])('%i %s: %s', (code, description, kind) => {
  expect(readStatus(code, description).kind).toBe(kind)
})

it("says what it means, with the server's own words", () => {
  expect(readStatus(409, 'Exceeded MaxRequestBatch of 4')).toEqual({
    kind: 'trouble',
    words:
      'a limit on how much may be asked for at once is lower than this service needs (409 Exceeded MaxRequestBatch of 4)',
  })
  expect(readStatus(409, 'Something New')).toEqual({
    kind: 'trouble',
    words: 'the broker refuses to give messages (409 Something New)',
  })
})
