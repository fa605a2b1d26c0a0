import { join } from 'node:path'
import { projectRoot } from '../project-root.js'

/** The committed configuration of the broker. */
export const configFolder = join(projectRoot, 'deploy', 'nats')
