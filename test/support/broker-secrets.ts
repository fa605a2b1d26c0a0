import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeKeys } from '../../tools/nats-config/keys.js'
import { projectRoot } from '../../tools/project-root.js'

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

/** Made by the first test on this machine, and again before they run out: it takes a second. */
export async function brokerSecrets(): Promise<BrokerSecrets> {
  const folder = join(projectRoot, '.cache', 'test-broker')
  const keys = join(folder, 'keys')
  const { publicKeys } = makeKeys(keys)
  const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  if (!lastsTomorrow(files.cert)) await makeCertificate(files)
  return { keys, publicKeys, ...files }
}

const lastsTomorrow = (file: string): boolean =>
  existsSync(file) && Date.parse(new X509Certificate(readFileSync(file)).validTo) > Date.now() + dayMs

async function makeCertificate(files: Pick<BrokerSecrets, 'ca' | 'cert' | 'key'>): Promise<void> {
  const { generate } = await import('selfsigned')
  const ec = { keyType: 'ec', algorithm: 'sha256' } as const
  const ca = await generate([{ name: 'commonName', value: 'Authority of the tests' }], {
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
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
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
