import { setTimeout as delay } from 'node:timers/promises'

/** Looks every `everyMs` milliseconds and resolves as soon as it is so. @throws after `limitMs` milliseconds */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { everyMs = 5, limitMs = 30_000 } = {},
): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited ${limitMs / 1_000} s in vain: ${what}`)
    await delay(everyMs)
  }
}
