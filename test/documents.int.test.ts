import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SettingsError } from '#shared/config'
import { openDocumentStore } from '#shared/documents'
import { startSimulators, type Misbehaviour, type Simulators } from '../testing/simulators/index.js'
import { simulatorSettings } from '../testing/simulators/settings.js'
import { until } from './support/until.js'

const path = 'K0001RW/20010/visit confirmation é+1.png'
/** How a deletion ends: in words, for none of it may quote the path. */
const outcome = (deleting: Promise<unknown>): Promise<object> =>
  deleting.then(
    () => ({ deleted: true }),
    (error: unknown) => ({ ...(error as object), message: (error as Error).message }),
  )
/** How a file is stored: in words too. */
const stored = (storing: Promise<boolean>): Promise<object> =>
  outcome(storing).then((ended) => ('deleted' in ended ? { stored: true } : ended))
/** Every byte there is, more than one piece of them. */
const everyByte = Buffer.alloc(
  300_000,
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
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

  it('reads no answer without an end', async () => {
    const endless = createServer((_, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' })
      const write = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(100_000, ' '), write)
      }
      write()
    })
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`
    const failed = await outcome(store({ AWS_ENDPOINT_URL_S3: url, S3_TIMEOUT_MS: '60000' }).delete(path))
    endless.closeAllConnections()
    await new Promise((resolve) => endless.close(resolve))
    expect(failed).toEqual(failure('document-store-403'))
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

  it('stores an object, encrypted where it lies, and touches no other', async () => {
    const { s3 } = simulators
    s3.put(bucket, `${path}.bak`, 'other')
    const files = Object.entries({ [path]: everyByte, empty: new Uint8Array() })
    for (const [key, bytes] of files) {
      expect(await store().create(key, bytes)).toBe(true)
      expect(s3.objects.get(`${bucket}/${key}`)).toEqual({
        body: Buffer.from(bytes),
        contentType: 'application/octet-stream',
        encryption: 'AES256',
      })
    }
    expect([...s3.objects.keys()]).toEqual([`${path}.bak`, path, 'empty'].map((key) => `${bucket}/${key}`))
    expect(s3.calls).toEqual(files.map(([key]) => ({ method: 'PUT', bucket, key })))
    expect(s3.requests).toBe(2)
  })

  it.each(wrongs)('says by a code that it did not store: %s', async (_, misbehaviour, expected, requests) => {
    simulators.s3.misbehave(misbehaviour)
    expect(await stored(store({ S3_TIMEOUT_MS: '100' }).create(path, everyByte))).toEqual(expected)
    expect(simulators.s3.requests).toBe(requests)
  })

  it.each<Misbehaviour>([
    { kind: 'status', status: 500 },
    { kind: 'refuse' },
    { kind: 'answer-lost' },
    { kind: 'slow', ms: 60_000 },
  ])('stores the same again by itself after $kind', async (misbehaviour) => {
    simulators.s3.misbehave({ ...misbehaviour, when: { times: 1 } })
    await store({ S3_TIMEOUT_MS: '100' }).create(path, everyByte)
    expect(simulators.s3.objects.get(`${bucket}/${path}`)?.body.equals(everyByte)).toBe(true)
    expect(simulators.s3.requests).toBe(2)
  })

  it('leaves what it has stored when every answer is lost, and can do it again', async () => {
    simulators.s3.misbehave({ kind: 'answer-lost', when: { times: 3 } })
    expect(await stored(store().create(path, everyByte))).toEqual(failure('document-store-unreachable', true))
    expect(simulators.s3.objects.get(`${bucket}/${path}`)?.body.equals(everyByte)).toBe(true)
    expect(await store().create(path, everyByte)).toBe(false)
    expect(simulators.s3.objects.size).toBe(1)
    expect(simulators.s3.requests).toBe(4)
  })

  it('creates an object once, also when the answer is lost, and never puts one over another', async () => {
    const { s3 } = simulators
    expect(await store().create(path, everyByte)).toBe(true)
    expect(await store().create(path, new Uint8Array())).toBe(false)
    expect(s3.objects.get(`${bucket}/${path}`)).toMatchObject({ encryption: 'AES256' })
    expect(await store().get(path)).toEqual(new Uint8Array(everyByte))
    s3.misbehave({ kind: 'answer-lost', when: { times: 1 } })
    expect(await store().create('other.txt', everyByte)).toBe(false)
    expect(Buffer.from((await store().get('other.txt')) ?? []).equals(everyByte)).toBe(true)
    const both = await Promise.all([1, 2].map((each) => store().create('both.txt', Buffer.of(each))))
    expect(both.sort()).toEqual([false, true])
  })

  it('reads an object, or finds that there is none', async () => {
    simulators.s3.put(bucket, path, everyByte)
    expect(Buffer.from((await store().get(path)) ?? []).equals(everyByte)).toBe(true)
    expect(await store().get('none')).toBeUndefined()
    simulators.s3.put(bucket, 'empty', '')
    expect((await store().get('empty'))?.length).toBe(0)
  })

  it('lists the names of a folder that begin alike, however many and whatever they are', async () => {
    const names = Array.from({ length: 7 }, (_, k) => `a-${k} é&<+%`)
    for (const key of [...names, 'a-/below', 'b', 'folder/x.json', 'folder/y/z.json'])
      simulators.s3.put(bucket, key, 'x')
    simulators.s3.pageSize = 3
    expect((await store().list('a-')).sort()).toEqual(names)
    expect(await store().list('folder/')).toEqual(['folder/x.json'])
    expect(await store().list('none')).toEqual([])
    simulators.s3.pageSize = 1_000
  })

  it.each(wrongs)(
    'says by a code that it cannot read, list or create: %s',
    async (_, misbehaviour, expected, requests) => {
      for (const use of ['get', 'list', 'create'] as const) {
        simulators.s3.reset()
        simulators.s3.put(bucket, path, 'x')
        simulators.s3.misbehave(misbehaviour)
        const asked = store({ S3_TIMEOUT_MS: '100' })
        const using = use === 'create' ? asked.create(path, everyByte) : asked[use](path)
        expect(await outcome(using.then(() => undefined))).toEqual(expected)
        expect(simulators.s3.requests).toBe(requests)
      }
    },
  )

  it('takes no answer that is no listing for an empty one', async () => {
    const bodies = [
      '',
      '<a/>',
      '<ListBucketResult></ListBucketResult>',
      '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>',
    ]
    for (const body of bodies) {
      simulators.s3.misbehave({ kind: 'status', status: 200, body, when: { times: 1 } })
      expect(
        await outcome(
          store()
            .list('a')
            .then(() => undefined),
        ),
      ).toMatchObject({ name: 'DocumentStoreError' })
    }
  })

  it.each<Misbehaviour>([
    { kind: 'garbage' },
    { kind: 'status', status: 200, body: '<html>Back soon</html>' },
    { kind: 'status', status: 204, body: '' },
  ])('takes no answer of something in between for the store’s own: %j', async (misbehaviour) => {
    for (const use of ['get', 'create', 'delete'] as const) {
      simulators.s3.reset()
      simulators.s3.put(bucket, path, 'x')
      simulators.s3.misbehave(misbehaviour)
      const key = use === 'create' ? 'new.txt' : path
      const failed = await outcome(
        store()
          [use](key, everyByte)
          .then(() => undefined),
      )
      // A store says 204 of what it has deleted, and nothing else.
      const isItsOwn = use === 'delete' && misbehaviour.kind === 'status' && misbehaviour.status === 204
      expect([use, failed]).toEqual([
        use,
        isItsOwn ? { deleted: true } : failure('document-store-unreadable', true),
      ])
    }
  })

  it('gives a large file longer', async () => {
    simulators.s3.misbehave({ kind: 'slow', ms: 300 })
    await store({ S3_TIMEOUT_MS: '100' }).create(path, Buffer.alloc(2_000_000))
    expect(simulators.s3.requests).toBe(1)
  })

  it.each([
    [{ AWS_ACCESS_KEY_ID: '' }, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only go together'],
    [{ AWS_SECRET_ACCESS_KEY: '' }, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only go together'],
    [{ AWS_ENDPOINT_URL_S3: 'nowhere' }, 'AWS_ENDPOINT_URL_S3 is malformed: a URL is expected'],
    [{ S3_TIMEOUT_MS: 'soon' }, 'S3_TIMEOUT_MS is malformed: a whole number is expected'],
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
  /** Files only, hidden ones too. */
  const existing = () =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => lstatSync(join(root, name)).isFile())
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

  it.each(['new.txt', 'K0001RW/b.png', 'no/such/folder.txt', './K0001RW/../new.txt'])(
    'stores a file: %s',
    async (path) => {
      expect(await store().create(path, everyByte)).toBe(true)
      expect(readFileSync(join(documents, path)).equals(everyByte)).toBe(true)
      expect(existing()).toEqual([...everything, join('documents', path)].sort())
    },
  )

  it.each(['b.png', 'K0001RW/a.png', 'K0001RW'])('stores nothing over what is there: %s', async (path) => {
    expect(await store().create(path, everyByte)).toBe(false)
    expect(there()).toEqual(everything)
    expect(readFileSync(join(documents, 'b.png'), 'utf8')).toBe('x')
  })

  it('creates a file once, and leaves nothing behind', async () => {
    expect(await store().create('new/a.txt', everyByte)).toBe(true)
    expect(await store().create('new/a.txt', new Uint8Array())).toBe(false)
    expect(readFileSync(join(documents, 'new/a.txt')).equals(everyByte)).toBe(true)
    const both = await Promise.all([1, 2, 3].map((each) => store().create('both.txt', Buffer.of(each))))
    expect(both.filter(Boolean)).toHaveLength(1)
    expect(existing()).toEqual([...everything, 'documents/both.txt', 'documents/new/a.txt'].sort())
  })

  it('reads a file, finds that there is none, and reads none outside', async () => {
    expect(Buffer.from((await store().get('b.png')) ?? []).toString()).toBe('x')
    for (const none of ['none', 'none/b.png', 'b.png/below']) expect(await store().get(none)).toBeUndefined()
    const outside = store().get('../elsewhere/d.png')
    expect(await outcome(outside.then(() => undefined))).toEqual(failure('document-store-path-outside'))
  })

  it('lists the files of a folder that begin alike', async () => {
    for (const name of ['b-1.txt', 'b-2.txt', 'K0001RW/b-3.txt']) await store().create(name, everyByte)
    expect((await store().list('b')).sort()).toEqual(['b-1.txt', 'b-2.txt', 'b.png'])
    expect(await store().list('K0001RW/b')).toEqual(['K0001RW/b-3.txt'])
    expect(await store().list('none/')).toEqual([])
    rmSync(documents, { recursive: true })
    expect(await store().list('b')).toEqual([])
  })

  it('makes the folder if there is none', async () => {
    rmSync(root, { recursive: true })
    await store().create('a.txt', everyByte)
    expect(existing()).toEqual(['documents/a.txt'])
  })

  it('shows a reader one file, whole, also when several store it at once', async () => {
    const versions = [everyByte, Buffer.alloc(4_000_000, 'b'), Buffer.alloc(2_000_000, 'c')]
    let writing = true
    const all = versions.map((bytes) => Promise.all([1, 2, 3].map(() => store().create('a.txt', bytes))))
    const written = Promise.all(all).finally(() => (writing = false))
    const seen = new Set<number>()
    while (writing) {
      const read = await store().get('a.txt')
      if (read) seen.add(versions.findIndex((bytes) => bytes.equals(read)))
    }
    expect((await written).flat().filter(Boolean)).toHaveLength(1)
    expect(seen.size).toBe(1)
    expect(seen).not.toContain(-1)
    expect(existing().filter((file) => file.includes('a.txt'))).toEqual(['documents/a.txt'])
  })

  it('shows nothing of a file when it is killed over it, and then clears up', async () => {
    // As built in `dist/`.
    const script = `import { openDocumentStore } from '#shared/documents'
      await openDocumentStore({ DATA_DIR: ${JSON.stringify(root)} }).create('a.txt', Buffer.alloc(200_000_000, 'b'))`
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: {},
      stdio: 'ignore',
    })
    const ended = once(writer, 'exit')
    await until('it is half-way', () => existing().some((file) => file.endsWith('.part')))
    writer.kill('SIGKILL')
    await ended
    expect(await store().get('a.txt')).toBeUndefined()
    expect(existing().filter((file) => file.includes('a.txt'))).toHaveLength(1)
    expect(await store().create('a.txt', everyByte)).toBe(true)
    expect(existing().filter((file) => file.includes('a.txt'))).toEqual(['documents/a.txt'])
  })

  it.each([
    '',
    '.',
    '..',
    '../elsewhere/d.png',
    '../new/e.png',
    'way-out/d.png',
    'way-out/new/e.png',
    '/etc/hostname',
  ])('stores nothing outside: %j', async (path) => {
    symlinkSync(join(root, 'elsewhere'), join(documents, 'way-out'))
    const before = existing()
    expect(await stored(store().create(path, everyByte))).toEqual(failure('document-store-path-outside'))
    expect(existing()).toEqual(before)
    expect(readFileSync(join(root, 'elsewhere/d.png'), 'utf8')).toBe('x')
  })

  it('says by a code that it cannot store, and leaves nothing', async () => {
    const before = existing()
    expect(await stored(store().create('b.png/below.png', everyByte))).toEqual(
      failure('document-store-enotdir'),
    )
    expect(existing()).toEqual(before)
  })

  it('says by a code what else is wrong', async () => {
    expect(await outcome(store().delete('K0001RW'))).toEqual(failure('document-store-eisdir'))
    expect(await outcome(store().delete('a\0b.png'))).toEqual(failure('document-store-err_invalid_arg_value'))
  })
})
