import { describe, expect, it } from 'vitest'
import type { Log } from '#shared/logging'
import type { NatsClient } from '#shared/messaging'
import type { Actions, Asked } from '#shared/operations'
import type { ConsoleRequest, ConsoleResponse } from '../http/request.js'
import type { LetterIndex } from '../snapshot/letter-index.service.js'
import type { Views } from '../views.js'
import { DoController } from './do.controller.js'

type Perform = (asked: Asked<'resume-handler'>) => Promise<unknown>

/** Where somebody is sent who says yes. */
async function sentTo(perform: Perform): Promise<string[]> {
  const sent: string[] = []
  const controller = new DoController(
    { perform } as unknown as Actions,
    { forget: () => undefined } as unknown as LetterIndex,
    {} as Views,
    {} as NatsClient,
    { error: () => undefined } as unknown as Log,
  )
  const operator = { name: 'ada', roles: ['operator'], formToken: 't', via: 'console' }
  const response = { redirect: (_: number, to: string) => sent.push(to) } as unknown as ConsoleResponse
  const body = { key: 'a-key-of-a-form', input: '{"handler":"send-email"}' }
  await controller.carryOut('resume-handler', body, { operator } as unknown as ConsoleRequest, response)
  return sent
}

const rowOf = ['/actions/a-key-of-a-form']

describe('somebody who says yes', () => {
  it('is told why, where it cannot be written down: it has no row to be shown', async () => {
    await expect(sentTo(() => Promise.reject(new Error('locked')))).rejects.toThrow('locked')
  })

  it('is shown its row once there is one, also where it fails', async () => {
    let isThere = false
    const write: Perform = async ({ onWritten }) => {
      await new Promise((resolve) => setImmediate(resolve))
      isThere = true
      onWritten?.()
      throw new Error('broken')
    }
    expect([await sentTo(write), isThere]).toEqual([rowOf, true])
  })
})
