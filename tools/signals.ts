/** npm passes a terminal's Ctrl-C on although everybody had it already: only a later one is a second one. */
const sameSignalMs = 1_000

/**
 * Calls `stop` at the first SIGINT or SIGTERM. Another one, a second or more later, ends this process at once, and
 * with it what it started.
 */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  let first: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (first === undefined) {
        first = performance.now()
        stop(signal)
      } else if (performance.now() - first > sameSignalMs) process.exit(1)
    })
  }
}
