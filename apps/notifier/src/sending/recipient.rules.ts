import { kindOfNumber } from '#shared/contracts'

/** Whether it can be one at all: whether there is such a mailbox only Notify finds out. */
export const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim())

/** A phone number as Notify takes it: of a UK mobile phone, or with the prefix of another country. */
export const isPhoneNumber = (text: string): boolean => {
  const found = kindOfNumber(text)
  return found !== undefined
}
