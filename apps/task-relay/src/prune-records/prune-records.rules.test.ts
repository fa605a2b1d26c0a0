import { describe, expect, it } from 'vitest'
import { streams } from '#shared/contracts'
import { comesAgainDays, keptDays } from './prune-records.rules.js'

describe('how long records are kept', () => {
  const { deadLetters, ...work } = streams
  const otherStreams = Object.entries(work).map(([name, { maxAgeDays }]) => ({ name, maxAgeDays }))

  it.each(otherStreams)('what $name replays is known to be done', ({ maxAgeDays }) => {
    expect(keptDays.inbox).toBeGreaterThan(maxAgeDays)
  })

  it.each(otherStreams)(
    'a dead letter retried on its last day, and replayed from $name',
    ({ maxAgeDays }) => {
      expect(keptDays.inbox).toBeGreaterThan(deadLetters.maxAgeDays + maxAgeDays)
      // The dead letter may itself be of a message that was replayed on its last day.
      expect(keptDays.inbox).toBeGreaterThan(maxAgeDays + deadLetters.maxAgeDays + maxAgeDays)
    },
  )

  it('a run number comes again only when no trace of its first message is left', () => {
    expect(keptDays.taskRuns).toBeGreaterThan(comesAgainDays + keptDays.inbox)
  })

  it('the id of a follow-up is free long before its cause can have the same id again', () => {
    expect(keptDays.taskRuns).toBeGreaterThan(keptDays.followUps + comesAgainDays)
  })

  it('in days, as the operators are told', () => {
    expect(keptDays).toEqual({ inbox: 60, followUps: 60, taskRuns: 120, notifications: 60, webhooks: 60 })
  })
})
