import { describe, expect, it } from 'vitest'
import { differences, inWords } from './differences.rules.js'
import { fitnessOf, planOf } from './release.rules.js'
import { unfitOf } from './topology.js'
import type { Config } from './wanted.js'

const wanted: Config = { name: 'c', ack_policy: 'explicit', max_deliver: 3, filter_subjects: ['a', 'b'] }
/** As a server tells of it. */
const present: Config = {
  ...wanted,
  ...{ num_replicas: 0, replay_policy: undefined, max_batch: 0, metadata: { 'hwpv-revision': '5' } },
}

describe('what differs', () => {
  it.each<[what: string, change: Config, words: string]>([
    ['nothing', {}, ''],
    ['subjects in another order', { filter_subjects: ['b', 'a'] }, ''],
    ['what the server notes down', { metadata: { '_nats.ver': '2.15' }, placement: { cluster: 'x' } }, ''],
    ['a limit', { max_batch: 4 }, 'max_batch is 4, should be unset'],
    ['a pause', { pause_until: '2027-01-01' }, 'pause_until is "2027-01-01", should be unset'],
    ['another value', { max_deliver: 1 }, 'max_deliver is 1, should be 3'],
    ['a setting that is gone', { max_deliver: -1 }, 'max_deliver is unset, should be 3'],
    ['what only newer servers know', { teleport: { to: 'x' } }, 'teleport is {"to":"x"}, should be unset'],
    [
      'sources',
      { sources: [{ name: 'X' }], headers_only: true },
      'headers_only is true, should be unset; sources is [{"name":"X"}], should be unset',
    ],
  ])('%s', (_, change, words) => {
    expect(inWords(differences(wanted, { ...present, ...change }))).toBe(words)
  })

  it('is nothing between one filter and a list of one', () => {
    expect(differences({ filter_subjects: ['a'] }, { filter_subject: 'a' })).toEqual([])
  })
})

describe('a topology keeper', () => {
  const plan = (there: Config | undefined, revision = 5, takeBack = false) =>
    planOf(there, wanted, { revision, takeBack })

  it('makes what is missing, and marks it with its release', () => {
    expect(plan(undefined)).toEqual({
      kind: 'create',
      config: { ...wanted, metadata: { 'hwpv-revision': '5' } },
    })
  })

  it('leaves what is as it wants it', () => {
    expect(plan(present)).toEqual({ kind: 'leave', why: 'as-wanted', surplus: [] })
  })

  it('puts right what is foreign, and keeps what is the operator’s', () => {
    const placement = { cluster: 'x' }
    expect(plan({ ...present, max_batch: 4, placement })).toEqual({
      kind: 'change',
      config: { ...wanted, placement, metadata: { 'hwpv-revision': '5' } },
      found: [{ setting: 'max_batch', is: '4', shouldBe: 'unset' }],
    })
  })

  it('never takes a subject away by itself', () => {
    const wider = { ...present, filter_subjects: ['a', 'b', 'new'] }
    expect(plan(wider)).toEqual({ kind: 'leave', why: 'as-wanted', surplus: ['new'] })
    expect(plan({ ...wider, max_batch: 4 })).toMatchObject({
      config: { filter_subjects: ['a', 'b', 'new'] },
    })
    expect(plan(wider, 5, true)).toMatchObject({ kind: 'change', config: { filter_subjects: ['a', 'b'] } })
  })

  it('adds its subjects to those that an older one has made', () => {
    expect(plan({ ...present, filter_subjects: ['old'] }, 6)).toMatchObject({
      config: { filter_subjects: ['a', 'b', 'old'], metadata: { 'hwpv-revision': '6' } },
    })
  })

  it('of an older release leaves what a newer one has made', () => {
    const newer = { ...present, max_deliver: 9, filter_subjects: ['a', 'b', 'new'] }
    expect(plan(newer, 4)).toEqual({ kind: 'leave', why: 'newer-release', surplus: ['new'] })
    expect(plan(newer, 4, true)).toMatchObject({ kind: 'change', config: { max_deliver: 3 } })
  })
})

describe('a service', () => {
  it('needs its subjects, and of a newer release no more', () => {
    const newer = { ...present, max_deliver: 9, filter_subjects: ['a', 'new'] }
    expect(fitnessOf(newer, wanted, 4)).toEqual({ missing: ['b'], found: [] })
    expect(fitnessOf(newer, wanted, 5)).toMatchObject({ missing: ['b'], found: [{ setting: 'max_deliver' }] })
    expect(fitnessOf(present, wanted, 5)).toEqual({ missing: [], found: [] })
  })

  it('says in words what it waits for', () => {
    const of = { stream: 'S', consumer: 'c', config: wanted }
    expect(unfitOf(of, present)).toBeUndefined()
    expect(unfitOf(of, undefined)).toMatchObject({
      lacking: true,
      words: expect.stringMatching(/^consumer c of S is not there: see to it that npm run nats:provision/),
    })
    const paused = { ...present, metadata: {}, pause_until: '2027-01-01' }
    expect(unfitOf(of, paused)).toMatchObject({ lacking: false, paused: true })
  })
})
