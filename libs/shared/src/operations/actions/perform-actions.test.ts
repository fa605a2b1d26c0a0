import { describe, expect, it } from 'vitest'
import type { ActionParts } from './action-parts.js'
import type { OperatorActions } from './operator-actions.repository.js'
import { Actions } from './perform-actions.js'

const asked = {
  name: 'resume-handler',
  input: { handler: 'send-email' },
  actor: { person: 'ada', via: 'console' },
} as const

describe('an action that is done, and whose end cannot be written down', () => {
  it('is not written down as failed, when the database is there again a moment later', async () => {
    const ends: string[] = []
    let away = true
    const rows = {
      begin: () => Promise.resolve(true),
      end: (_: string, state: string) => {
        if (away) {
          away = false
          return Promise.reject(new Error('away'))
        }
        ends.push(state)
        return Promise.resolve()
      },
    } as unknown as OperatorActions
    const done: string[] = []
    const control = { resume: (handler: string) => Promise.resolve(done.push(handler) > 0) }
    const actions = new Actions({ control } as unknown as ActionParts, rows)
    await expect(actions.perform(asked)).rejects.toThrow('away')
    expect([done, ends]).toEqual([['send-email'], []])
  })
})
