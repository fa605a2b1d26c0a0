/** What people put between the digits of a number. */
const between = /[\s().+-]/gu
/** With the prefix of its country, as the networks have them at the most and the least. */
const international = /^[1-9]\d{7,14}$/
const ukMobile = /^7\d{9}$/

/**
 * Whether a number is a UK mobile's or another country's; undefined for what can be neither. Which prefixes there are
 * Notify knows better.
 */
export function kindOfNumber(text: string): 'uk' | 'international' | undefined {
  const digits = text.replace(between, '').replace(/^00/, '')
  if (!/^\d+$/.test(digits)) return undefined
  const within = withinUk(digits, text)
  if (within !== undefined) return ukMobile.test(within) ? 'uk' : undefined
  return international.test(digits) ? 'international' : undefined
}

/** Its digits after the prefix of the UK; undefined where it is another country's. */
function withinUk(digits: string, text: string): string | undefined {
  if (digits.startsWith('44')) return digits.slice(2).replace(/^0/, '')
  if (digits.startsWith('0')) return digits.slice(1)
  return digits.startsWith('7') && digits.length <= 10 && !text.includes('+') ? digits : undefined
}
