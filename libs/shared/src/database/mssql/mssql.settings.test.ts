import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generate } from 'selfsigned'
import { SettingsError } from '../../config/index.js'
import { databaseSettings, type MssqlSettings } from '../database.settings.js'
import { serverAddress } from './mssql.settings.js'
import { poolConfig } from './pool-config.js'

const base = {
  APVS_DATABASE_SERVER: 'db.example',
  APVS_DATABASE: 'hwpv',
  APVS_ASYNC_WORKER_USERNAME: 'worker',
  APVS_ASYNC_WORKER_PASSWORD: 'secret',
}
const settings = (env: object) => databaseSettings({ ...base, ...env }) as MssqlSettings

describe('the name of the server', () => {
  it.each([
    ['db.example', { server: 'db.example' }],
    [' db.example ', { server: 'db.example' }],
    ['tcp:db.example,1444', { server: 'db.example', port: 1444 }],
    ['db.example:1444', { server: 'db.example', port: 1444 }],
    ['10.1.2.3, 1444', { server: '10.1.2.3', port: 1444 }],
    ['[::1],1444', { server: '::1', port: 1444 }],
    ['db\\CLAIMS', { server: 'db', instance: 'CLAIMS' }],
    ['db\\CLAIMS,1444', { server: 'db', port: 1444 }],
  ])('%s', (text, expected) => {
    expect(serverAddress(text)).toEqual(expected)
  })

  it.each(['', 'a b', 'db,', 'db,0', 'db,65536', 'db,1433,2', 'db\\', 'http://db', 'a\\b\\c'])(
    '%p is refused',
    (text) => {
      expect(() => serverAddress(text)).toThrow(SettingsError)
    },
  )
})

describe('the settings of SQL Server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-ca-'))
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  let pem: string
  beforeAll(async () => {
    pem = (await generate([{ name: 'commonName', value: 'authority' }])).cert
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('are safe and bounded where nothing is said', () => {
    expect(settings({})).toEqual({
      kind: 'mssql',
      server: 'db.example',
      database: 'hwpv',
      user: 'worker',
      password: 'secret',
      encrypt: true,
      trustServerCertificate: false,
      multiSubnetFailover: true,
      poolSize: 10,
      poolIdleMs: 30_000,
      connectTimeoutMs: 15_000,
      requestTimeoutMs: 15_000,
    })
  })

  it('reach the driver', () => {
    const ca = file('ca.pem', pem)
    const config = poolConfig(
      settings({
        APVS_DATABASE_SERVER: 'db.example,1444',
        DATABASE_CA: ca,
        DATABASE_MULTI_SUBNET_FAILOVER: 'false',
        DATABASE_POOL_SIZE: '3',
        DATABASE_POOL_IDLE_MS: '2000',
        DATABASE_CONNECT_TIMEOUT_MS: '1000',
        DATABASE_REQUEST_TIMEOUT_MS: '4000',
      }),
    )
    expect(config).toMatchObject({
      server: 'db.example',
      port: 1444,
      connectionTimeout: 1_000,
      requestTimeout: 4_000,
      options: {
        encrypt: true,
        multiSubnetFailover: false,
        abortTransactionOnError: true,
        cryptoCredentialsDetails: { ca: pem },
      },
      pool: { max: 3, idleTimeoutMillis: 2_000, acquireTimeoutMillis: 5_000 },
    })
    expect(poolConfig(settings({ APVS_DATABASE_SERVER: 'db\\CLAIMS' })).options?.instanceName).toBe('CLAIMS')
  })

  it.each([
    [{ DATABASE_POOL_SIZE: '0' }, 'DATABASE_POOL_SIZE is malformed'],
    [{ DATABASE_POOL_SIZE: 'ten' }, 'DATABASE_POOL_SIZE is malformed'],
    [{ DATABASE_REQUEST_TIMEOUT_MS: '1' }, 'DATABASE_REQUEST_TIMEOUT_MS is malformed'],
    [{ DATABASE_CONNECT_TIMEOUT_MS: '15s' }, 'DATABASE_CONNECT_TIMEOUT_MS is malformed'],
    [{ DATABASE_POOL_IDLE_MS: '-1' }, 'DATABASE_POOL_IDLE_MS is malformed'],
    [{ DATABASE_ENCRYPT: 'yes' }, 'DATABASE_ENCRYPT is malformed'],
    [{ DATABASE_MULTI_SUBNET_FAILOVER: '1' }, 'DATABASE_MULTI_SUBNET_FAILOVER is malformed'],
    [{ APVS_DATABASE_SERVER: 'a b' }, 'APVS_DATABASE_SERVER is malformed'],
    [{ DATABASE_CA: '/nowhere/ca.pem' }, 'the file of DATABASE_CA cannot be read (ENOENT)'],
    [{ DATABASE_CA: 'x', DATABASE_ENCRYPT: 'false' }, 'DATABASE_CA is of no use'],
    [{ DATABASE_CA: 'x', DATABASE_TRUST_SERVER_CERTIFICATE: 'true' }, 'exclude each other'],
    [{ APVS_DATABASE: '' }, 'APVS_DATABASE_SERVER is set, so APVS_DATABASE'],
  ])('%j are refused', (env, message) => {
    expect(() => settings(env)).toThrow(message)
    expect(() => settings(env)).toThrow(SettingsError)
  })

  it('refuse a file that holds no certificate, without quoting it', () => {
    expect(() => settings({ DATABASE_CA: file('no.pem', 'my secret') })).toThrow(
      'settings: DATABASE_CA does not hold a certificate in PEM',
    )
  })
})
