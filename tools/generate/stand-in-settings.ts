import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import {
  addressesOnPorts,
  chatSettings,
  simulatorSettings,
  templateSettings,
} from '../../testing/simulators/settings.js'
import { chartFolder } from '../../testing/helm/index.js'
import { projectRoot } from '../project-root.js'

export const demoEnvFile = 'deploy/compose/demo.env'

/** As docker-compose.yml has it; a test holds the two together. */
const firstStandIn = 'http://simulators:3200'

/** The settings of services in containers whose upstreams are the stand-ins. */
export function demoEnvText(): string {
  const addresses = addressesOnPorts(firstStandIn)
  const settings = Object.entries({ ...simulatorSettings(addresses), ...chatSettings(addresses) })
  return [
    '# Made from the code by `npm run generate`: changes by hand are lost.',
    '# Where the stand-ins of docker-compose.yml are, with invented keys.',
    ...settings.map(([name, value]) => `${name}=${value}`),
    '',
  ].join('\n')
}

const ciFolder = join(chartFolder, 'ci')

const templates = Object.entries(templateSettings)
  .map(([name, id]) => `      ${name}: ${id}`)
  .join('\n')

/** The chart's values for tests: an id for every template. */
export const chartTestParts = (): Readonly<Record<string, { readonly templates: string }>> =>
  Object.fromEntries(
    readdirSync(ciFolder).map((file) => [relative(projectRoot, join(ciFolder, file)), { templates }]),
  )
