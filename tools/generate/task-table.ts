import { feedbackTask, messages, type MessageDefinition } from '#shared/contracts'
import { formatted } from '../formatted.js'

export const taskTableFile = 'libs/client/src/task-table.ts'

const tables = { ExtSchema: 'ExtSchema.Task', IntSchema: 'IntSchema.Task' } as const

/** The web apps' client takes nothing from the services that it has no need of: their messages become this list. */
export function taskTableText(): Promise<string> {
  const tasks = Object.values<MessageDefinition>(messages).flatMap(({ task }) => task ?? [])
  const entries = [
    ...tasks.map(({ name, schema }): [string, string] => [name, tables[schema]]),
    [feedbackTask, tables.ExtSchema] as const,
  ]
  return formatted(
    taskTableFile,
    `// Made from the code by \`npm run generate\`: changes by hand are lost.\n
/** The tasks there are, and the table that each is written into. */
export const taskTable = ${JSON.stringify(Object.fromEntries(entries))} as const`,
  )
}
