import { describe, expect, it } from 'vitest'
import {
  fittingId,
  followUpId,
  isFollowUpId,
  isRowOf,
  placeId,
  taskKey,
  taskMessageId,
  taskOfId,
} from './identities.js'
import { streams } from './streams.js'

/** What a database takes for the same text, at its most generous: no case, accents, widths, spaces at the end. */
const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss').trimEnd()

const row = {
  ...{ Task: 'REFERENCE_RECOVERY', Reference: null, EligibilityId: null, ClaimId: null },
  DateCreated: '2026-11-21 10:00:00.123',
}
const task = { schema: 'ExtSchema', taskId: 5, run: 1, key: taskKey(row) } as const
const place = { stream: 'NOTIFICATIONS', sequence: 5, storedAt: '1795255200123456789' }

describe('the key of a Task row', () => {
  it('is the same each time, and another one for a row that differs in anything but its data', () => {
    const rows = [
      row,
      { ...row, Task: 'TECHNICAL_HELP_SUBMITTED' },
      { ...row, Reference: 'ABC1234' },
      { ...row, EligibilityId: 1 },
      { ...row, ClaimId: 1 },
      { ...row, DateCreated: '2026-11-21 10:00:00.124' },
    ]
    expect(new Set(rows.map(taskKey)).size).toBe(rows.length)
    expect(taskKey({ ...row, ...{ AdditionalData: 'somebody@example.org', Status: 'PENDING' } })).toBe(
      task.key,
    )
    expect(rows.map((each) => isRowOf(task, each))).toEqual([true, false, false, false, false, false])
  })

  it('is read back from the id of a run', () => {
    expect(taskOfId(taskMessageId(task))).toEqual(task)
    expect(taskOfId('IntSchema.Task.7.2')).toEqual({ schema: 'IntSchema', taskId: 7, run: 2 })
    for (const id of ['', 'a.Task.1.1', 'IntSchema.Task.7', `${taskMessageId(task)}>claims.approval-due`])
      expect(taskOfId(id)).toBeUndefined()
  })
})

it('a follow-up is known by its id', () => {
  const id = followUpId(taskMessageId(task), 'claims.approval-due')
  expect(id).toBe(`${taskMessageId(task)}>claims.approval-due`)
  expect([id, 'web-app>1', 'xa1', taskMessageId(task)].map(isFollowUpId)).toEqual([true, false, false, false])
})

describe('an id', () => {
  const ids = [
    ...['Xa1', 'xA1', 'XA1', 'xa1', 'xá1', 'ｘａ１', 'xa1 ', 'strasse', 'straße', 'STRASSE', 'x'.repeat(201)],
    ...['X'.repeat(190), 'x'.repeat(190), 'xa1\u0000', 'xa1\t'],
    ...[taskMessageId(task), taskMessageId(task).toLowerCase(), taskMessageId(task).toUpperCase()],
    ...[placeId(place), placeId(place).toLowerCase(), 'notifications.daily', 'Notifications.5'],
    ...[`${taskMessageId(task)}>claims.approval-due`, `${taskMessageId(task)}>CLAIMS.approval-due`],
    ...['schedule.daily.2026-11-21', 'SCHEDULE.daily.2026-11-21', 'sha256.xa1'],
  ]

  it('is no other one’s, whatever a database takes for the same, and fits its key', () => {
    const fitting = ids.map(fittingId)
    expect(new Set(fitting.map(folded)).size).toBe(ids.length)
    for (const id of fitting) expect(id).toMatch(/^[\x21-\x7e]{1,200}$/)
  })

  it('stays as it is once it fits', () => {
    for (const id of ids) expect(fittingId(fittingId(id))).toBe(fittingId(id))
  })

  it.each([
    'xa1',
    'web-app.claims.submitted.34',
    taskMessageId(task),
    `${taskMessageId(task)}>claims.approval-due`,
    'IntSchema.Task.7.2',
    'schedule.daily.2026-11-21#2.500',
    ...Object.values(streams).map(({ name }) => placeId({ ...place, stream: name })),
  ])('%s is left as it is', (id) => {
    expect(fittingId(id)).toBe(id)
  })
})
