/** Runs the issuer as a process of its own until SIGTERM or SIGINT. See ../README.md for the settings. */
import { startIssuer } from './issuer.js'

const { ISSUER_HOST, ISSUER_PORT, ISSUER_CONSOLE_URL } = process.env

const issuer = await startIssuer({
  consoleUrl: ISSUER_CONSOLE_URL ?? 'http://localhost:3108',
  port: Number(ISSUER_PORT ?? 0),
  ...(ISSUER_HOST && { host: ISSUER_HOST }),
})
process.stdout.write(`issuer: ${issuer.url}\n`)

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void issuer.close())
}
