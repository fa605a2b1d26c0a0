import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commitOf } from './commit.js'
import { ServiceInfo } from './service-info.js'

const commit = '0123456789abcdef0123456789abcdef01234567'
const other = 'f'.repeat(40)

describe('the commit of a checkout', () => {
  let folder: string
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), `${text}\n`)
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'info-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is that of its branch', () => {
    write('.git/HEAD', 'ref: refs/heads/feature/one')
    write('.git/refs/heads/feature/one', commit)
    write('.git/packed-refs', `${other} refs/heads/feature/one`)
    expect(commitOf(folder)).toBe(commit)
  })

  it('is that of a branch in the file of many', () => {
    write('.git/HEAD', 'ref: refs/heads/main')
    const lines = ['# pack-refs with: peeled', `${other} refs/heads/old/main`, `${commit} refs/heads/main`]
    write('.git/packed-refs', lines.join('\n'))
    expect(commitOf(folder)).toBe(commit)
  })

  it('is the one that was checked out without a branch', () => {
    write('.git/HEAD', commit)
    expect(commitOf(folder)).toBe(commit)
  })

  it('is that of a second checkout', () => {
    write('first/.git/refs/heads/topic', commit)
    write('first/.git/worktrees/second/HEAD', 'ref: refs/heads/topic')
    write('first/.git/worktrees/second/commondir', '../..')
    write('second/.git', 'gitdir: ../first/.git/worktrees/second')
    expect(commitOf(join(folder, 'second'))).toBe(commit)
  })

  it('is unknown without a checkout, or where it says something else', () => {
    expect(commitOf(folder)).toBeUndefined()
    write('.git/HEAD', 'ref: refs/heads/none')
    expect(commitOf(folder)).toBeUndefined()
    write('.git/HEAD', 'a password')
    expect(commitOf(folder)).toBeUndefined()
  })
})

describe('what a service says of itself', () => {
  it('is what the environment says', () => {
    const env = {
      ...{ APP_VERSION: '2026.11.3', GIT_COMMIT: 'abc1234', GIT_BRANCH: 'main', PRODUCT_ID: 'HWPV001' },
      CHAT_SECRET: 'x',
    }
    expect(new ServiceInfo('notifier', env).now()).toEqual({
      name: 'notifier',
      version: '2026.11.3',
      commit: 'abc1234',
      node: process.version,
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      uptimeSeconds: 0,
      git: { branch: 'main', commit: { id: 'abc1234' } },
      build: { artifact: 'notifier', name: 'notifier', version: '2026.11.3' },
      productId: 'HWPV001',
    })
  })
})
