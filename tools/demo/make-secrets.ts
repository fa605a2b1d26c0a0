import { makeBrokerSecrets } from './broker-secrets.js'

/** `launch nats-secrets <folder> [<host>…]`: keys and a certificate to try the broker with, on the hosts named. */
const [folder, ...hosts] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: nats-secrets <folder> [<host>…]')
  process.exit(2)
}
try {
  const { cert, keys } = await makeBrokerSecrets(folder, hosts)
  console.log(
    `a key for each user in ${keys}, and ${cert} for localhost and ${hosts.join(', ') || 'no other host'}`,
  )
} catch (error) {
  console.error(`nats-secrets: ${(error as Error).message}`)
  process.exit(1)
}
