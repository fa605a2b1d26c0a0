/**
 * `launch healthy [<address>]`: exit code 0 if the address answers with success, by default the readiness of the
 * service on `PORT` of this container. For health checks in an image that has neither a shell nor curl.
 */
const limitMs = 4_000

const [address = `http://127.0.0.1:${process.env.PORT}/health/readiness`] = process.argv.slice(2)
try {
  const { ok, status } = await fetch(address, { signal: AbortSignal.timeout(limitMs) })
  if (!ok) console.error(`${address} answers ${status}`)
  process.exitCode = ok ? 0 : 1
} catch (error) {
  console.error(`${address}: ${error instanceof Error ? error.message : 'no answer'}`)
  process.exitCode = 1
}
