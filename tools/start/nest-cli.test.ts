import { expect, it } from 'vitest'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import configuration from '../../nest-cli.json' with { type: 'json' }
import { projectRoot } from '../project-root.js'

const apps = readdirSync(join(projectRoot, 'apps'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

it('npm run dev can start whatever is an app, and nothing else', () => {
  const { shared, ...projects } = configuration.projects
  expect(Object.keys(projects).sort()).toEqual(apps.sort())
  for (const { sourceRoot, entryFile } of Object.values(projects))
    expect(existsSync(join(projectRoot, sourceRoot, `${entryFile}.ts`))).toBe(true)
  expect(existsSync(join(projectRoot, shared.sourceRoot))).toBe(true)
})
