import { describe, expect, it } from 'vitest'
import { remindersDue } from './remind-of-evidence.rules.js'

describe('reminders of an advance claim’s evidence', () => {
  it('is about the journeys of one whole day each', () => {
    expect(remindersDue('2024-03-13', { first: 1, second: 7 })).toEqual([
      { kind: 'firstReminder', from: '2024-03-12', before: '2024-03-13' },
      { kind: 'secondReminder', from: '2024-03-06', before: '2024-03-07' },
    ])
  })

  it.each([
    ['2024-04-01', '2024-03-31', '2024-03-25', 'the clocks went forward'],
    ['2024-10-28', '2024-10-27', '2024-10-21', 'the clocks went back'],
    ['2024-03-02', '2024-03-01', '2024-02-24', 'a leap day between'],
    ['2025-01-01', '2024-12-31', '2024-12-25', 'a year between'],
  ])('counts by the calendar: on %s, %s and %s, %s', (on, first, second) => {
    expect(remindersDue(on, { first: 1, second: 7 }).map(({ from }) => from)).toEqual([first, second])
  })

  it('takes the number of days from the settings, nought and equal ones too', () => {
    const days = (first: number, second: number) =>
      remindersDue('2024-03-13', { first, second }).map(({ kind, from }) => `${kind} ${from}`)
    expect(days(0, 30)).toEqual(['firstReminder 2024-03-13', 'secondReminder 2024-02-12'])
    expect(days(3, 3)).toEqual(['firstReminder 2024-03-10', 'secondReminder 2024-03-10'])
  })
})
