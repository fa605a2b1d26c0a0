import { describe, expect, it } from 'vitest'
import { streamOf, subjects, taskSubjects, type Subject } from '#shared/contracts'
import { consumersOf } from '../tools/nats-config/index.js'
import { serviceNames } from '../testing/services/index.js'

const consumers = () => serviceNames.flatMap(consumersOf)

/** What somebody forgets who adds a task: nothing else says so before the task hangs. */
describe('the contracts are complete', () => {
  const published = Object.values(subjects).filter((subject) => subject !== subjects.deliveriesExhausted)

  it.each(published)('%s has a stream', (subject) => {
    expect(streamOf(subject)).toBeTruthy()
  })

  it.each(Object.entries(taskSubjects))('somebody handles %s', (_, subject) => {
    expect(consumers().flatMap(({ subjects: handled }): readonly Subject[] => handled)).toContain(subject)
  })

  it('gives every consumer a name of its own', () => {
    const names = consumers().map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
