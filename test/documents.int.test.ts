import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { SettingsError } from '#shared/config'
import { openDocumentStore } from '#shared/documents'
import { startSimulators, type Misbehaviour, type Simulators } from '../simulators/index.js'
import { simulatorSettings } from '../simulators/settings.js'

const path = 'K0001RW/20010/visit confirmation é+1.png'
/** How a deletion ends: in words, for none of it may quote the path. */
const outcome = (deleting: Promise<void>): Promise<object> =>
  deleting.then(
    () => ({ deleted: true }),
    (error: unknown) => ({ ...(error as object), message: (error as Error).message }),
  )
const failure = (reason: string, storeIsAway = false) => ({
  name: 'DocumentStoreError',
  message: reason,
  reason,
  storeIsAway,
})

describe('documents in a bucket', () => {
  const bucket = 'simulated-documents'
  let simulators: Simulators

  beforeAll(async () => {
    simulators = await startSimulators()
  })
  beforeEach(() => simulators.reset())
  afterAll(() => simulators.close())

  const store = (env: Record<string, string> = {}) =>
    openDocumentStore({ ...simulatorSettings(simulators), ...env })
  const call = { method: 'DELETE', bucket, key: path }

  it('deletes an object, and no other', async () => {
    const { s3 } = simulators
    for (const key of [path, `${path}.bak`, 'K0001RW']) s3.put(bucket, key, 'x')
    await store().delete(path)
    expect([...s3.objects.keys()]).toEqual([`${bucket}/${path}.bak`, `${bucket}/K0001RW`])
    expect(s3.calls).toEqual([call])
    expect(s3.requests).toBe(1)
  })

  it.each(['a/../b.png', '/a.png', './a.png', 'a//b.png', 'ä?x=1&y#z %2F.png', "it's (1)*!.png"])(
    'takes a name as it is: %s',
    async (key) => {
      simulators.s3.put(bucket, key, 'x')
      await store().delete(key)
      expect(simulators.s3.objects.size).toBe(0)
    },
  )

  it('counts what is not there as deleted, whichever way the store says so', async () => {
    await store().delete(path)
    simulators.s3.misbehave({ kind: 'status', status: 404 })
    await store().delete(path)
    expect(simulators.s3.requests).toBe(2)
  })

  it('has nothing to do for an empty path', async () => {
    await store().delete('')
    expect(simulators.s3.requests).toBe(0)
  })

  const wrongs: [string, Misbehaviour, object, number][] = [
    ['it may not', { kind: 'status', status: 403 }, failure('document-store-403'), 1],
    [
      'there is no such bucket',
      { kind: 'status', status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' },
      failure('document-store-404'),
      1,
    ],
    ['the store fails', { kind: 'status', status: 500 }, failure('document-store-500', true), 3],
    ['the store is busy', { kind: 'status', status: 503 }, failure('document-store-503', true), 3],
    ['the connection is closed on it', { kind: 'refuse' }, failure('document-store-unreachable', true), 3],
    ['the answer takes too long', { kind: 'slow', ms: 60_000 }, failure('document-store-timeout', true), 3],
  ]
  it.each(wrongs)('says by a code that %s', async (_, misbehaviour, expected, requests) => {
    simulators.s3.misbehave(misbehaviour)
    expect(await outcome(store({ S3_TIMEOUT_MS: '100' }).delete(path))).toEqual(expected)
    expect(simulators.s3.requests).toBe(requests)
  })

  it('says by a code that nobody is there', async () => {
    const gone = await startSimulators()
    await gone.close()
    const deleting = store({ AWS_ENDPOINT_URL_S3: gone.s3.url }).delete(path)
    expect(await outcome(deleting)).toEqual(failure('document-store-unreachable', true))
  })

  it.each<Misbehaviour>([
    { kind: 'status', status: 500 },
    { kind: 'refuse' },
    { kind: 'answer-lost' },
    { kind: 'slow', ms: 60_000 },
  ])('tries again by itself after $kind', async (misbehaviour) => {
    simulators.s3.put(bucket, path, 'x')
    simulators.s3.misbehave({ ...misbehaviour, when: { times: 1 } })
    await store({ S3_TIMEOUT_MS: '100' }).delete(path)
    expect(simulators.s3.objects.size).toBe(0)
    expect(simulators.s3.requests).toBe(2)
  })

  it.each([
    [{ AWS_ACCESS_KEY_ID: '' }, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only go together'],
    [{ AWS_SECRET_ACCESS_KEY: '' }, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only go together'],
    [{ AWS_ENDPOINT_URL_S3: 'nowhere' }, 'AWS_ENDPOINT_URL_S3 is malformed'],
    [{ S3_TIMEOUT_MS: 'soon' }, 'S3_TIMEOUT_MS is malformed'],
  ])('refuses settings it cannot use: %j', (env, complaint) => {
    expect(() => store(env)).toThrow(new SettingsError(`settings: ${complaint}`))
  })
})

describe('documents in a folder', () => {
  let root: string
  let documents: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hwpv-documents-'))
    documents = join(root, 'documents')
    for (const folder of ['documents/K0001RW', 'documents-too', 'elsewhere'])
      mkdirSync(join(root, folder), { recursive: true })
    for (const file of [
      'documents/K0001RW/a.png',
      'documents/b.png',
      'documents-too/c.png',
      'elsewhere/d.png',
    ])
      writeFileSync(join(root, file), 'x')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const store = () => openDocumentStore({ DATA_DIR: root })
  const there = () =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((f) => f.endsWith('.png'))
      .sort()
  const everything = ['documents-too/c.png', 'documents/K0001RW/a.png', 'documents/b.png', 'elsewhere/d.png']

  it.each(['K0001RW/a.png', './K0001RW//a.png', 'K0001RW/../K0001RW/a.png'])(
    'deletes a file: %s',
    async (path) => {
      await store().delete(path)
      expect(there()).toEqual(everything.filter((file) => file !== 'documents/K0001RW/a.png'))
    },
  )

  it.each(['', 'none.png', 'no/such/folder.png', 'b.png/below.png'])(
    'has nothing to do for %j',
    async (path) => {
      await store().delete(path)
      expect(there()).toEqual(everything)
    },
  )

  it('has nothing to do where there is no folder', async () => {
    rmSync(documents, { recursive: true })
    await store().delete('b.png')
  })

  it.each([
    '..',
    '.',
    '../elsewhere/d.png',
    '../documents-too/c.png',
    'K0001RW/../../elsewhere/d.png',
    '/etc/hostname',
  ])('refuses what leaves the folder: %s', async (path) => {
    expect(await outcome(store().delete(path))).toEqual(failure('document-store-path-outside'))
    expect(there()).toEqual(everything)
  })

  it('refuses an absolute path, also of a file in the folder', async () => {
    const deleting = store().delete(join(documents, 'b.png'))
    expect(await outcome(deleting)).toEqual(failure('document-store-path-outside'))
    expect(there()).toEqual(everything)
  })

  it('does not follow a link out of the folder, and deletes a link without what it names', async () => {
    symlinkSync(join(root, 'elsewhere'), join(documents, 'way-out'))
    symlinkSync(join(root, 'elsewhere/d.png'), join(documents, 'link'))
    const deleting = store().delete('way-out/d.png')
    expect(await outcome(deleting)).toEqual(failure('document-store-path-outside'))
    await store().delete('link')
    expect(existsSync(join(documents, 'link'))).toBe(false)
    expect(existsSync(join(root, 'elsewhere/d.png'))).toBe(true)
  })

  it('works in a folder that is a link itself', async () => {
    const linked = mkdtempSync(join(root, 'data-'))
    symlinkSync(documents, join(linked, 'documents'))
    await openDocumentStore({ DATA_DIR: linked }).delete('b.png')
    expect(existsSync(join(documents, 'b.png'))).toBe(false)
  })

  it('says by a code what else is wrong', async () => {
    expect(await outcome(store().delete('K0001RW'))).toEqual(failure('document-store-eisdir'))
    expect(await outcome(store().delete('a\0b.png'))).toEqual(failure('document-store-err_invalid_arg_value'))
  })
})
