import { setTimeout as delay } from 'node:timers/promises'

/**
 * Resolves as soon as the condition holds, looking every `everyMs` milliseconds; fails with its description when it
 * has not after `ms` milliseconds.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ms = 20_000,
  everyMs = 5,
): Promise<void> {
  const deadline = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain: ${what}`)
    await delay(everyMs)
  }
}
