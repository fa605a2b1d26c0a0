import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasonWords } from '#shared/operations'
import { commands } from '../apps/ops/src/commands/index.js'

const page = readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8')

describe('docs/runbook.md', () => {
  it('names only commands there are', () => {
    const named = [...page.matchAll(/`ops\s+([a-z][a-z-]*)/g)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(20)
    expect([...new Set(named)].filter((name) => !Object.hasOwn(commands, name ?? ''))).toEqual([])
  })

  it('says of each reason what the console says of it', () => {
    const table = page.slice(page.indexOf('| reason  '), page.indexOf('## The chat is told too much'))
    const rows = table.trim().split('\n').slice(2)
    expect(
      rows.map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    ).toEqual(reasonWords.map(({ shown, means, mend }) => [shown, means, mend]))
  })

  it('has every entry its contents and its other entries lead to', () => {
    const links = [...page.matchAll(/\]\(#([a-z-]+)\)/g)].map(([, anchor]) => anchor)
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''))
    expect([...new Set(links)].sort()).toEqual(headings.sort())
  })
})

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z -]/g, '')
    .replaceAll(' ', '-')
