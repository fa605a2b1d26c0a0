import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { contractFile, contractText } from '../contract/index.js'
import { chartFiles, chartFolder } from '../../testing/helm/index.js'
import {
  allPermissions,
  chartValues,
  chartValuesFile,
  configFolder,
  usersConf,
} from '../nats-config/index.js'
import { projectRoot } from '../project-root.js'
import { scriptsFolder, sqlScripts } from '../sql-scripts/index.js'
import { bodySchemaFiles, schemasFolder } from './body-schemas.js'
import { taskFunctionsFile, taskFunctionsTable, taskFunctionsText } from './handed-over.js'
import { eventTable } from './event-table.js'
import { handlerTableFile, handlerTableText } from './handler-table.js'
import { countedTable, scrapedTable } from './metric-tables.js'
import { formatted } from '../formatted.js'
import { pageWith } from './pages.js'
import { followUpTable, policyTable } from './policy-tables.js'
import { serviceTable } from './service-table.js'
import { settingTables } from './setting-tables.js'
import { chartTestParts, demoEnvFile, demoEnvText } from './stand-in-settings.js'
import { taskTableFile, taskTableText } from './task-table.js'
import { topologyRevisionFile, topologyRevisionText } from './topology-revision.js'

/** Every file that is made from the code, by its path from the root, with what it is to hold. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const under = (folder: string, files: Iterable<readonly [string, string]>) =>
    [...files].map(([name, text]): [string, string] => [relative(projectRoot, join(folder, name)), text])
  return new Map([
    [relative(projectRoot, contractFile), await contractText()],
    ...under(configFolder, [
      ['users.conf', usersConf(allPermissions())],
      [
        chartValuesFile,
        await formatted(
          relative(projectRoot, join(configFolder, chartValuesFile)),
          chartValues(allPermissions()),
        ),
      ],
    ]),
    ...under(scriptsFolder, await sqlScripts()),
    ...under(chartFolder, await chartFiles()),
    ...under(schemasFolder, await bodySchemaFiles()),
    [taskTableFile, await taskTableText()],
    [taskFunctionsFile, await taskFunctionsText()],
    [demoEnvFile, demoEnvText()],
    [topologyRevisionFile, await topologyRevisionText()],
    [handlerTableFile, await handlerTableText()],
    ...(await pages()),
  ])
}

/** Pages with generated parts. */
const pages = () =>
  Promise.all(
    Object.entries({
      ...chartTestParts(),
      'README.md': { services: serviceTable() },
      'libs/client/README.md': { tasks: taskFunctionsTable() },
      'docs/policies.md': { policies: policyTable(), handlers: followUpTable() },
      'docs/how-to/receive-a-webhook.md': { events: eventTable() },
      'docs/settings.md': settingTables(),
      'docs/metrics.md': { counted: countedTable(), scraped: scrapedTable() },
    }).map(async ([path, parts]): Promise<[string, string]> => [path, await pageWith(path, parts)]),
  )

/** Folders that hold nothing but generated files of these endings: what is not made any more goes. */
const wholeFolders: readonly (readonly [folder: string, ending: string])[] = [
  [relative(projectRoot, scriptsFolder), '.sql'],
  [relative(projectRoot, schemasFolder), '.json'],
  [relative(projectRoot, join(chartFolder, 'files', 'prometheus')), '.yaml'],
  [relative(projectRoot, join(chartFolder, 'files', 'grafana')), '.json'],
]

/** Files that were made once and are not made any more, by their paths from the root. */
export const leftOver = (files: ReadonlyMap<string, string>): string[] =>
  wholeFolders.flatMap(([folder, ending]) => {
    const path = join(projectRoot, folder)
    const there = existsSync(path) ? readdirSync(path) : []
    return there
      .filter((name) => name.endsWith(ending))
      .map((name) => join(folder, name))
      .filter((name) => !files.has(name))
  })
