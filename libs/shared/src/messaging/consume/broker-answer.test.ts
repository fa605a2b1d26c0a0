import { expect, it } from 'vitest'
import { headers } from '@nats-io/nats-core'
import { isBrokerAnswer } from './broker-answer.js'

const status = headers(404, 'No Messages')

it.each([
  ['a confirmation', '{"stream":"CLAIMS","seq":5}', true],
  ['of a repeat', '{"stream":"CLAIMS", "seq":5,"duplicate": true}', true],
  [
    'a refusal',
    '{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"},"stream":"CLAIMS","seq":0}',
    true,
  ],
  [
    'an answer of the administration',
    '{"type":"io.nats.jetstream.api.v1.stream_info_response","config":{"date":"2026-11-20"}}',
    true,
  ],
  ['a job', '{"date":"2026-11-20"}', false],
  ['a claim', '{"reference":"ABC1234","eligibilityId":1,"claimId":2}', false],
  ['work with more in it', '{"stream":"CLAIMS","seq":5,"date":"2026-11-20"}', false],
  ['an advisory', '{"type":"io.nats.jetstream.advisory.v1.max_deliver","stream":"CLAIMS"}', false],
  ['an empty object', '{}', false],
  ['no JSON', 'COMPLETE CLAIM 5', false],
  ['nothing', '', false],
])('%s', (_, body, expected) => {
  expect(isBrokerAnswer({ data: Buffer.from(body), headers: undefined })).toBe(expected)
})

it('a status', () => {
  expect(isBrokerAnswer({ data: new Uint8Array(), headers: status })).toBe(true)
})
