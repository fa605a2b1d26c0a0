import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../project-root.js'
import { generatedFiles, leftOver } from './generated-files.js'

const files = await generatedFiles()
const committed = (path: string): string | undefined =>
  existsSync(join(projectRoot, path)) ? readFileSync(join(projectRoot, path), 'utf8') : undefined

describe('the generated files', () => {
  it.each([...files])('%s is what the code says (npm run generate)', (path, text) => {
    expect(committed(path)).toBe(text)
  })

  it('are all that is there', () => {
    expect(leftOver(files)).toEqual([])
  })
})
