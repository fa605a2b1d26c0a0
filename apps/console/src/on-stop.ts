/** Longer than an answer that is under way may take, in milliseconds. */
const stopMs = 10_000

/** Stops once, in order, when the process is asked to end. */
export function onStop(stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      setTimeout(() => process.exit(1), stopMs).unref()
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
}
