import { join } from 'node:path'
import { stringify } from 'yaml'
import { formatted } from '../formatted.js'
import { projectRoot } from '../project-root.js'
import { asyncApi } from './asyncapi.js'

/** The committed contract. */
export const contractFile = join(projectRoot, 'docs', 'asyncapi.yaml')

const head = '# Made from the code by `npm run generate`: changes by hand are lost.\n'

/** What the committed contract is to hold, formatted like every other file. */
export async function contractText(): Promise<string> {
  const yaml = stringify(asyncApi(), { aliasDuplicateObjects: false, lineWidth: 0 })
  return formatted(contractFile, head + yaml)
}
