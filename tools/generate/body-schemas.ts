import { join } from 'node:path'
import { messages, type MessageDefinition } from '#shared/contracts'
import { jsonSchemaOf } from '../contract/index.js'
import { formatted } from '../formatted.js'
import { projectRoot } from '../project-root.js'

/** In the package that web apps install. */
export const schemasFolder = join(projectRoot, 'libs', 'client', 'schemas')

/** The JSON Schema of each message that a web app may publish, by a file's name: its subject. */
export const bodySchemaFiles = async (): Promise<[string, string][]> =>
  Promise.all(
    Object.values<MessageDefinition>(messages)
      .filter(({ fromWebApps }) => fromWebApps)
      .map(async (message): Promise<[string, string]> => {
        const name = `${message.subject}.json`
        return [name, await formatted(name, JSON.stringify(schemaOf(message)))]
      }),
  )

const schemaOf = ({ subject, title, summary, body, fromWebApps }: MessageDefinition): object => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $comment: 'Made from the code by `npm run generate`: changes by hand are lost.',
  $id: `${subject}.json`,
  title,
  description: summary,
  ...jsonSchemaOf(body.schema),
  // Without its Task row there would be nothing to do.
  ...(fromWebApps === 'only-with-task' ? { required: requiredWithTask(body.schema) } : {}),
})

const requiredWithTask = (schema: MessageDefinition['body']['schema']): string[] => {
  const { required = [] } = jsonSchemaOf(schema) as { required?: string[] }
  return [...new Set([...required, 'task'])]
}
