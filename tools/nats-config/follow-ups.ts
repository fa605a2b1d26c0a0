import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isTaskName, subjects, taskSubjects, type Subject } from '#shared/contracts'
import { projectRoot } from '../project-root.js'
import type { ServiceName } from './user-names.js'

/**
 * The subjects of a service's follow-ups, read from its source: every `work.followUp('TASK', …)` and
 * `work.publish(subjects.name, …)`.
 * @throws where a call names its task or subject in another way than by itself: it could not be told from here
 */
export function followUpsOf(service: ServiceName): Subject[] {
  const folder = join(projectRoot, 'apps', service, 'src')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const found = sources.flatMap((file) => followUpsIn(readFileSync(join(folder, file), 'utf8'), file))
  return [...new Set(found)].sort()
}

/** @throws as above; `file` is for the message */
export function followUpsIn(source: string, file: string): Subject[] {
  const calls = [...source.matchAll(/(\w+)\s*\.\s*(followUp|publish)\(\s*([^,)\s]*)/g)]
  return calls.flatMap(([call, owner, kind, argument = '']) => {
    // Others publish too, what was owed before: the relay, say.
    if (kind === 'publish' && owner !== 'work' && !argument.startsWith('subjects.')) return []
    const subject = kind === 'followUp' ? ofTask(argument) : ofName(argument)
    if (subject) return [subject]
    throw new Error(
      `${file}: “${call}” does not name its task or subject by itself, so no user can be allowed it`,
    )
  })
}

function ofTask(argument: string): Subject | undefined {
  const name = /^'([A-Z_-]+)'$/.exec(argument)?.[1] ?? ''
  return isTaskName(name) ? taskSubjects[name] : undefined
}

function ofName(argument: string): Subject | undefined {
  const name = /^subjects\.(\w+)$/.exec(argument)?.[1] ?? ''
  return Object.hasOwn(subjects, name) ? subjects[name as keyof typeof subjects] : undefined
}
