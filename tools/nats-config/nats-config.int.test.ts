import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SettingsError } from '#shared/config'
import { connectOptions, natsSettings } from '#shared/messaging'
import { makeKeys, seedFile } from './index.js'

describe('keys and certificates', () => {
  let folder: string
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nats-keys-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are made once, for the owner alone, and never written over', () => {
    const first = makeKeys(folder)
    expect(first.made).toContain('payment-run')
    expect(statSync(seedFile(folder, 'ops')).mode & 0o777).toBe(0o600)
    const seed = readFileSync(seedFile(folder, 'ops'), 'utf8')
    rmSync(seedFile(folder, 'sys'))
    const second = makeKeys(folder)
    expect(second.made).toEqual(['sys'])
    expect(readFileSync(seedFile(folder, 'ops'), 'utf8')).toBe(seed)
    expect(second.publicKeys['HWPV_NKEY_OPS']).toBe(first.publicKeys['HWPV_NKEY_OPS'])
    expect(readFileSync(join(folder, 'public-keys.env'), 'utf8')).toMatch(
      /^HWPV_NKEY_TASK_RELAY=U[A-Z2-7]{55}$/m,
    )
    writeFileSync(seedFile(folder, 'ops'), 'no seed')
    expect(() => makeKeys(folder)).toThrow('holds no seed')
  })

  it('are what a service connects with, under a name of its own', () => {
    makeKeys(folder)
    const settings = natsSettings({
      NATS_NKEY_SEED_FILE: seedFile(folder, 'notifier'),
      NATS_URL: 'tls://a,tls://b',
    })
    expect(connectOptions(settings, 'notifier')).toMatchObject({
      servers: ['tls://a', 'tls://b'],
      name: 'notifier',
      inboxPrefix: '_INBOX.notifier',
      tls: {},
    })
    const seed = readFileSync(seedFile(folder, 'notifier'), 'utf8')
    const [jwt, nkey] = [
      ['NATS USER JWT', 'e.y.z'],
      ['USER NKEY SEED', seed],
    ].map(([name, text]) => `-----BEGIN ${name}-----\n${text}\n------END ${name}------`)
    const creds = natsSettings({ NATS_CREDS: file('creds', `${jwt}\n\n${nkey}`) })
    expect(creds.authenticator?.('nonce')).toMatchObject({
      jwt: 'e.y.z',
      nkey: expect.stringMatching(/^U/) as unknown,
    })
    expect(natsSettings({}).tls).toBeUndefined()
    expect(natsSettings({}).authenticator).toBeUndefined()
  })

  it('that cannot be used are told of by their variable alone', () => {
    const nothing = join(folder, 'nothing')
    const secret = file('secret', 'SUAAsecret')
    const cases: [Record<string, string>, string][] = [
      [{ NATS_NKEY_SEED_FILE: nothing }, 'the file of NATS_NKEY_SEED_FILE cannot be read (ENOENT)'],
      [{ NATS_CREDS: folder }, 'the file of NATS_CREDS cannot be read (EISDIR)'],
      [
        { NATS_NKEY_SEED_FILE: secret },
        "NATS_NKEY_SEED_FILE does not hold a user's seed (it begins with SU)",
      ],
      [{ NATS_CREDS: secret }, 'NATS_CREDS does not hold credentials'],
      [{ NATS_CA: secret }, 'NATS_CA does not hold a certificate in PEM'],
      [{ NATS_CERT: secret }, 'NATS_CERT and NATS_KEY belong together'],
      [
        { NATS_CERT: secret, NATS_KEY: secret },
        'NATS_CERT and NATS_KEY do not hold a certificate and its key in PEM',
      ],
      [
        { NATS_CREDS: secret, NATS_NKEY_SEED_FILE: secret },
        'NATS_CREDS and NATS_NKEY_SEED_FILE exclude each other',
      ],
    ]
    expect(existsSync(nothing)).toBe(false)
    for (const [env, message] of cases) {
      expect(() => natsSettings(env)).toThrow(new SettingsError(`settings: ${message}`))
    }
  })
})
