import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether it is the token that was agreed on: a wrong one takes as long whichever letter is wrong. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return timingSafeEqual(digest(given), digest(token))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
