import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeKeys } from '../nats-config/index.js'

const dayMs = 86_400_000

/** What a broker's owner has: a key for each user, and a certificate with its authority. */
export interface BrokerSecrets {
  /** With a seed for each user. */
  readonly keys: string
  readonly publicKeys: Readonly<Record<string, string>>
  /** Files in PEM. */
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/**
 * For trying things out: keys as by `nats:keys`, and a certificate for `localhost` and the hosts named, of an authority
 * of its own. What is in the folder already is kept, but for a certificate that ends within a day. Needs packages
 * that are for development only.
 */
export async function makeBrokerSecrets(
  folder: string,
  hosts: readonly string[] = [],
): Promise<BrokerSecrets> {
  const keys = join(folder, 'keys')
  const { publicKeys } = makeKeys(keys)
  const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  if (!lastsTomorrow(files.cert)) await makeCertificate(files, ['localhost', ...hosts])
  return { keys, publicKeys, ...files }
}

const lastsTomorrow = (file: string): boolean =>
  existsSync(file) && Date.parse(new X509Certificate(readFileSync(file)).validTo) > Date.now() + dayMs

async function makeCertificate(
  files: Pick<BrokerSecrets, 'ca' | 'cert' | 'key'>,
  hosts: readonly string[],
): Promise<void> {
  const { generate } = (await import('selfsigned')).default
  const ec = { keyType: 'ec', algorithm: 'sha256' } as const
  const ca = await generate([{ name: 'commonName', value: 'Authority for trying things out' }], {
    ...ec,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  const own = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...ec,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...hosts.map((value) => ({ type: 2 as const, value })), { type: 7, ip: '127.0.0.1' }],
      },
    ],
  })
  // The certificate last: whoever sees it finds what belongs to it.
  replace(files.ca, ca.cert)
  replace(files.key, own.private)
  replace(files.cert, own.cert)
}

function replace(file: string, text: string): void {
  mkdirSync(join(file, '..'), { recursive: true })
  const made = `${file}.${process.pid}`
  writeFileSync(made, text, { mode: 0o600 })
  renameSync(made, file)
}
