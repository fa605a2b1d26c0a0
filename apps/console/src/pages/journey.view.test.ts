import { describe, expect, it } from 'vitest'
import { timelineOf } from './journey.view.js'

const message = {
  ...{
    what: 'message',
    at: '2026-11-20 10:00:00.000',
    id: 'ExtSchema.Task.7.1',
    subject: 'claims.submitted',
  },
  ...{ run: 1, state: 'DONE', retries: 0, lastReason: null, notBefore: null },
}

describe('a message in a journey', () => {
  it.each([
    ['when it was published', '2026-11-20 10:00:01.000', null, 'published 2026-11-20 10:00:01'],
    ['that it was not yet', null, null, 'not published yet'],
    [
      'nothing of it, where it has ended all the same',
      null,
      '2026-11-20 10:00:02.000',
      'ended 2026-11-20 10:00:02',
    ],
  ])('says %s', (_, published, ended, words) => {
    const [item] = timelineOf([{ ...message, what: 'message', published, ended }])
    expect(item?.details).toBe(`ExtSchema.Task.7.1, run 1, ${words}`)
  })
})
