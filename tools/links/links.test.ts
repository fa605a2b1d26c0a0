import { describe, expect, it } from 'vitest'
import { anchorsIn, codeLinksIn, lineOf, linksIn, withLines } from './index.js'

const source = `import { other } from './other.js'

export const table = {
  first: 'a',
}

/** Says run( in its comment. */
export class Loop {
  private readonly bell = other()

  async run(): Promise<void> {
    await this.stop()
  }

  private stop(): void {
    run(1)
  }
}

export class Other {
  stop(): void {}
}
`

describe('the line of a declaration', () => {
  it.each([
    ['table', 3],
    ['table.first', 4],
    ['Loop', 8],
    ['Loop.bell', 9],
    ['Loop.run', 11],
    ['Loop.stop', 15],
    ['Other.stop', 21],
  ])('%s', (name, line) => expect(lineOf(source, name)).toBe(line))

  it.each(['Missing', 'Loop.missing', 'stop'])('%s: there is none, or more than one', (name) =>
    expect(lineOf(source, name)).toBeUndefined(),
  )
})

describe('a link to a line', () => {
  const page = 'See [`Loop.run()`](../a/loop.ts#L11) and [`Gone`](loop.ts#L3).'
  const read = (path: string) => (path === 'a/loop.ts' ? source : undefined)

  it('is followed from the page', () => {
    expect(codeLinksIn('docs/page.md', page, read)).toEqual([
      { name: 'Loop.run', file: 'a/loop.ts', line: 11, declared: 11 },
      { name: 'Gone', file: 'docs/loop.ts', line: 3, declared: undefined },
    ])
  })

  it('goes stale when the line moves, and is put right', () => {
    const moved = (path: string) => read(path)?.replace('/**', '\n/**')
    expect(codeLinksIn('docs/page.md', page, moved)[0]).toMatchObject({ line: 11, declared: 12 })
    expect(withLines('docs/page.md', page, moved)).toBe(page.replace('#L11', '#L12'))
    expect(withLines('docs/page.md', page, read)).toBe(page)
  })
})

describe('a page', () => {
  it('has the links of its prose, and none of its examples or to other sites', () => {
    const page = [
      'A [page](b.md#part), [`code`](c.ts), [self](#here) and [site](https://example.org/x).',
      '```md\n[no](no.md)\n```',
      '[listed]: d.md',
    ].join('\n\n')
    expect(linksIn(page)).toEqual([
      { text: 'page', path: 'b.md', fragment: 'part' },
      { text: '`code`', path: 'c.ts', fragment: '' },
      { text: 'self', path: '', fragment: 'here' },
      { text: 'listed', path: 'd.md', fragment: '' },
    ])
  })

  it('has its headings as GitHub names them', () => {
    const page = '# One `two`: three\n\n## Notify’s limit\n\n## Same\n\n## Same\n\n```sh\n# no heading\n```\n'
    expect([...anchorsIn(page)]).toEqual(['one-two-three', 'notifys-limit', 'same', 'same-1'])
  })
})
