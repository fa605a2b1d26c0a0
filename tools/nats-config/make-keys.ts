import { makeKeys, publicKeysFile } from './keys.js'

/** `npm run nats:keys -- <folder>`: a key for each user of the broker. */
const [folder, ...others] = process.argv.slice(2)
if (folder === undefined || others.length) {
  console.error('usage: npm run nats:keys -- <folder>')
  process.exit(2)
}
try {
  const { made } = makeKeys(folder)
  console.log(made.length ? `made: ${made.join(', ')}` : 'every user has its key already')
  console.log(
    `seeds are secrets, one file for each user; the server's variables are in ${publicKeysFile(folder)}`,
  )
} catch (error) {
  console.error(`nats:keys: ${(error as Error).message}`)
  process.exit(1)
}
