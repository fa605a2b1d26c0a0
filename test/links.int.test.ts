import { describe, expect, it } from 'vitest'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { projectRoot } from '../tools/project-root.js'
import { anchorsIn, codeLinksIn, linksIn, markdownPages, readPage, type Link } from '../tools/links/index.js'

const pages = markdownPages()
const linesOfCode = /^L\d+$/

const read = (path: string): string | undefined =>
  existsSync(join(projectRoot, path)) ? readFileSync(join(projectRoot, path), 'utf8') : undefined

/** Whether there is what a page leads to. */
function leads(page: string, { path, fragment }: Link): boolean {
  const target = path ? posix.join(posix.dirname(page), path) : page
  if (target.startsWith('..') || !existsSync(join(projectRoot, target))) return false
  if (!fragment || linesOfCode.test(fragment)) return true
  return target.endsWith('.md') && anchorsIn(readPage(target)).has(fragment)
}

describe('the pages of the project', () => {
  it('are all looked at', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/runbook.md', 'libs/client/README.md']))
  })

  it.each(pages)('%s leads nowhere that is not there', (page) => {
    const nowhere = linksIn(readPage(page)).filter((link) => !leads(page, link))
    expect(nowhere).toEqual([])
  })

  it('name lines of code on which what they name is declared (npm run generate)', () => {
    const links = pages.flatMap((page) =>
      codeLinksIn(page, readPage(page), read).map((link) => ({ page, ...link })),
    )
    expect(links.length).toBeGreaterThan(20)
    expect(links.filter(({ line, declared }) => line !== declared)).toEqual([])
  })

  it.each(pages)('%s has only tables that are shown as tables', (page) => {
    const lines = readPage(page).split('\n')
    const isRow = (line = '') => line.startsWith('|')
    const headless = lines.filter(
      (line, at) => isRow(line) && !isRow(lines[at - 1]) && !/^\|( *:?-+:? *\|)+$/.test(lines[at + 1] ?? ''),
    )
    expect(headless).toEqual([])
  })

  it('name only measurements there are', () => {
    const files = readdirSync(join(projectRoot, 'bench'), { recursive: true, encoding: 'utf8' })
    const measured = new Set(files.map((file) => /([\w-]+)\.bench\.ts$/.exec(file)?.[1]))
    for (const page of pages) {
      const named = [...readPage(page).matchAll(/npm run bench\s+--((?: +[a-z][a-z-]*)+)/g)]
      const names = named.flatMap(([, all = '']) => all.trim().split(/ +/))
      const missing = names.filter((name) => !measured.has(name))
      expect({ page, missing }).toEqual({ page, missing: [] })
    }
  })

  it('give no line of code that is not checked so', () => {
    for (const page of pages) {
      const withLine = linksIn(readPage(page)).filter(({ fragment }) => linesOfCode.test(fragment))
      expect({ page, count: withLine.length }).toEqual({
        page,
        count: codeLinksIn(page, readPage(page), read).length,
      })
    }
  })
})
