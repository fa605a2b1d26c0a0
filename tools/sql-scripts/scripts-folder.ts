import { join } from 'node:path'
import { projectRoot } from '../project-root.js'

/** The committed scripts for SQL Server. */
export const scriptsFolder = join(projectRoot, 'deploy', 'sql')
