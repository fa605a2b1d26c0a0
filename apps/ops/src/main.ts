import { ops } from './ops.js'

const code = await ops(process.argv.slice(2), {
  env: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
})
// Whatever is left open must not keep the operator waiting.
process.exit(code)
