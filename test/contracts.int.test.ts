import { describe, expect, it } from '@jest/globals'
import { streamOf, subjects, taskSubjects, type Subject } from '#shared/contracts'
import { templateNames } from '../apps/notifier/src/send-email/email.js'
import { emailTemplates } from '../simulators/settings.js'
import { consumersOf } from '../tools/nats-config/index.js'
import { serviceNames } from '../tools/services/index.js'
import { baseSettings } from './support/environment.js'

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

  it('gives every email template an id where the services run on simulators, and in the examples', () => {
    expect([...emailTemplates].sort()).toEqual([...templateNames].sort())
    const inExamples = Object.keys(baseSettings).filter((name) => name.endsWith('_TEMPLATE_ID'))
    expect(inExamples.sort()).toEqual(templateNames.map((name) => `APVS_NOTIFY_${name}`).sort())
  })
})
