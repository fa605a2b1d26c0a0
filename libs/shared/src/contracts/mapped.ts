/** An object of what is said of each value. Its type is for the caller to know. */
export const mapped = <T>(
  values: readonly T[],
  entryOf: (value: T) => readonly [string, unknown],
): Record<string, unknown> => Object.fromEntries(values.map(entryOf))
