const numbers = { SIGINT: 2, SIGTERM: 15 } as const

/**
 * A container's first process is spared signals it has no handler for, and would be waited for in vain: so it ends on
 * SIGTERM and SIGINT until the program has a handler of its own, with the exit code a shell would give.
 */
export function endOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + numbers[signal])
    })
  }
}
