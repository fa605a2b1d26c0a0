import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  checkSettings,
  defaultOf,
  factsOf,
  flag,
  hundredths,
  isNear,
  isNeeded,
  optionalText,
  readSettings,
  SettingsError,
  text,
  textOr,
  wholeNumber,
  wholeNumberIn,
  type SettingsGroup,
} from './index.js'

const first: SettingsGroup = {
  schema: z.object({ RELAY_POLL_MS: wholeNumber(100), RELAY_KEY: text({ place: 'secrets' }) }),
}
const second: SettingsGroup = {
  schema: z.object({ TICKETS_URL_TEXT: text(), TICKETS_COUNT: wholeNumberIn(1, 9, 3) }),
  when: ({ TICKETS_ON: on }) => on === 'true',
}
const complaint = (env: Record<string, string>): string | undefined => {
  try {
    checkSettings([first, second], env)
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError)
    return (error as Error).message
  }
}

describe('the settings of a service', () => {
  it('are told of all at once, with what is expected, and never with a value', () => {
    expect(complaint({ RELAY_POLL_MS: 'soon', TICKETS_ON: 'true', TICKETS_COUNT: '12' })).toBe(
      'settings: RELAY_POLL_MS is malformed: a whole number is expected, RELAY_KEY is missing, TICKETS_URL_TEXT is missing, TICKETS_COUNT is malformed: a whole number from 1 to 9 is expected',
    )
  })

  it('are asked for only where they are used', () => {
    expect(complaint({ RELAY_KEY: 'k' })).toBeUndefined()
  })

  it.each(['RELAY_POL_MS', 'RELAY_POLL_MSS', 'RELAY_POLLMS', 'RELAY_PILL_MS', 'RELAY_POLL_SM'])(
    'that are mistyped are named: %s',
    (name) => {
      expect(complaint({ RELAY_KEY: 'k', [name]: '5' })).toBe(
        `settings: ${name} is not known: RELAY_POLL_MS is`,
      )
    },
  )

  it('are nobody’s business where they are somebody else’s', () => {
    expect(complaint({ RELAY_KEY: 'k', RELAY_POLL: '5', PATH: '/bin', RELAY_POLL_MS: '' })).toBeUndefined()
    expect(isNear('TICKETS_COUNT', 'TICKETS_MOUNTS')).toBe(false)
  })

  it('have the default that is written down', () => {
    const shown = [
      flag(true),
      wholeNumber(5),
      wholeNumberIn(1, 9, 3),
      hundredths('0.20'),
      textOr('a'),
      text(),
    ]
    expect(shown.map(defaultOf)).toEqual(['true', '5', '3', '0.20', 'a', undefined])
    expect([text(), optionalText(), textOr('a')].map(isNeeded)).toEqual([true, false, false])
    expect(factsOf(flag(false, { words: 'off' }))).toEqual({ form: '`true` or `false`', words: 'off' })
    expect(readSettings(z.object({ COST: hundredths('0.30') }), {})).toEqual({ COST: 30 })
  })
})
