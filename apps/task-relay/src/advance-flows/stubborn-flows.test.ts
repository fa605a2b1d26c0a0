import { describe, expect, it } from 'vitest'
import { Log } from '#shared/logging'
import { TemporaryFailure } from '#shared/messaging'
import { PassedOver } from '../passed-over/passed-over.service.js'
import { StubbornFlows } from './stubborn-flows.service.js'

type Parts = ConstructorParameters<typeof StubbornFlows>

const flow = { flowId: 7, kind: 'test' }

function start(writeNothing: () => Promise<void>) {
  const lines: string[] = []
  const log = Log.create('test', 'info', { write: (line) => lines.push(line) })
  const flows = new StubbornFlows({ writeNothing } as Parts[0], new PassedOver(log))
  return { flows, lines }
}

describe('something that is done with one flow', () => {
  it('gives what it gives', async () => {
    const { flows, lines } = start(() => Promise.resolve())
    expect(await flows.alone(flow, () => Promise.resolve(3))).toBe(3)
    expect(lines).toEqual([])
  })

  it('is that flow\u2019s trouble where it fails', async () => {
    const { flows, lines } = start(() => Promise.resolve())
    const fails = () => Promise.reject(new TemporaryFailure('subject-unknown'))
    expect(await flows.alone(flow, fails)).toBeUndefined()
    expect(await flows.alone(flow, fails)).toBeUndefined()
    expect(lines).toHaveLength(1)
  })

  it('is nobody\u2019s where nothing can be written at all: that is said by the error it failed with', async () => {
    const { flows, lines } = start(() => Promise.reject(new Error('read-only')))
    const fails = () => Promise.reject(new Error('the disk is full'))
    await expect(flows.alone(flow, fails)).rejects.toThrow('the disk is full')
    expect(lines).toEqual([])
  })
})
