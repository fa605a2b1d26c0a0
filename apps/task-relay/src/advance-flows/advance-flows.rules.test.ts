import { describe, expect, it } from 'vitest'
import { mostUnderWay, pauseAfter, restMs, roomFor, stepAfter } from './advance-flows.rules.js'

const steps = (...ended: readonly boolean[]) => ended.map((each, position) => ({ position, ended: each }))

describe('what comes after a step', () => {
  it.each([
    ['the next', steps(true, false, false), 0, true, 1],
    ['the next that has not been', steps(true, true, false), 0, true, 2],
    ['nothing after the last', steps(true, true), 1, true, undefined],
    ['nothing, where all have been', steps(true, true, true), 0, true, undefined],
    ['nothing after the only one', steps(true), 0, true, undefined],
    // What was to come of it is not there for those in between.
    ['the last, where it did not begin well', steps(true, false, false, false), 0, false, 3],
    ['the last, where it is the next', steps(true, false), 0, false, 1],
    ['nothing, where the last did not begin well', steps(true, true), 1, false, undefined],
    ['the last once more, where what had failed was done', steps(true, true, false), 0, true, 2],
  ])('is %s', (_, all, position, beganWell, next) => {
    expect(stepAfter(all, position, { beganWell })?.position).toBe(next)
  })
})

describe('how many more items go to the broker', () => {
  it.each([
    [0, mostUnderWay],
    [1, mostUnderWay - 1],
    [mostUnderWay, 0],
    // Those that were there before the flow was held, say.
    [mostUnderWay + 7, 0],
  ])('with %i there: %i', (underWay, room) => {
    expect(roomFor(underWay)).toBe(room)
  })
})

describe('how soon it is looked again', () => {
  it.each([
    ['at once, where many had ended', 100, 0],
    ['soon, where a few had', 99, 100],
    ['soon, where one had', 1, 100],
    ['as without flows, where none had', 0, restMs],
  ])('is %s', (_, released, pauseMs) => {
    expect(pauseAfter(released)).toBe(pauseMs)
  })
})
