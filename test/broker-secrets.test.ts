import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brokerSecrets } from './support/broker-secrets.js'

const certificate = (file: string) => new X509Certificate(readFileSync(file))

describe('what test brokers show', () => {
  let folder: string
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'broker-secrets-test-'))))
  afterAll(() => rm(folder, { recursive: true }))

  it('is one set, however many tests make it at once', async () => {
    const made = Array.from({ length: 4 }, async () => {
      const secrets = await brokerSecrets(folder)
      const [ca, cert] = [certificate(secrets.ca), certificate(secrets.cert)]
      return { belongs: cert.checkIssued(ca), authority: ca.fingerprint256, keys: secrets.publicKeys }
    })
    const [first, ...others] = await Promise.all(made)
    expect(first?.belongs).toBe(true)
    expect(others).toEqual(others.map(() => first))
    expect(await readdir(folder)).toHaveLength(1)
  })
})
