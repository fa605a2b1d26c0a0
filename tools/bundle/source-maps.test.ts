import { describe, expect, it } from 'vitest'
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec'
import { withoutLibraries } from './source-maps.js'

const [library, ours, other] = ['../node_modules/a/index.js', '../apps/b.ts', '../libs/c.ts']

function cut(...lines: SourceMapSegment[][]) {
  const map = { version: 3, sources: [library, ours, other], names: ['theirs', 'mine'] }
  const { mappings, ...rest } = JSON.parse(
    withoutLibraries(JSON.stringify({ ...map, mappings: encode(lines) })),
  ) as typeof map & { mappings: string }
  return { ...rest, lines: decode(mappings) }
}

describe('a source map without libraries', () => {
  it('says where our lines come from, and names only what it says it of', () => {
    const made = cut([[0, 0, 1, 2, 0]], [[4, 2, 5, 6, 1]], [[0, 1, 8, 9]])
    expect(made).toEqual({
      version: 3,
      sources: [other, ours],
      names: ['mine'],
      lines: [[], [[4, 0, 5, 6, 0]], [[0, 1, 8, 9]]],
    })
  })

  it('does not take what follows ours in one line for ours', () => {
    const made = cut([
      [0, 1, 1, 1],
      [10, 0, 1, 1],
      [20, 0, 2, 2],
      [30, 1, 3, 3],
    ])
    expect(made.lines).toEqual([[[0, 0, 1, 1], [10], [30, 0, 3, 3]]])
  })

  it('is empty for a file of libraries alone', () => {
    expect(cut([[0, 0, 1, 1]])).toMatchObject({ sources: [], names: [], lines: [[]] })
  })
})
