/** A failed command's short reason: an errno name, a time-out or an exit code. */
export function reasonCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { code, killed } = error as { code?: unknown; killed?: unknown }
  if (killed === true) return 'timed out'
  if (typeof code === 'string') return code
  return typeof code === 'number' ? `exit code ${code}` : 'unknown reason'
}
