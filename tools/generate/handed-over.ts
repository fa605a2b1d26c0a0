import { feedbackTask, messages, type HandedOver, type MessageDefinition } from '#shared/contracts'
import { formatted } from '../formatted.js'
import { table } from './pages.js'

export const taskFunctionsFile = 'libs/client/src/claim-tasks.ts'

interface Function extends HandedOver {
  readonly task: string
}

/** No message: nothing follows from it. */
const feedback: Function = {
  name: 'feedback',
  by: 'external',
  takes: { words: '`rating`; `improvements`, `emailAddress` if given' },
  task: feedbackTask,
}

const functions: readonly Function[] = [
  ...Object.values<MessageDefinition>(messages).flatMap(({ task, handedOver }) =>
    task && handedOver ? { ...handedOver, task: task.name } : [],
  ),
  feedback,
]

/** Whose program calls it. */
const callers = {
  external: 'External web app',
  internal: 'Internal web app',
  operators: 'Operators',
} as const

/** What a function takes, and what it puts into the row's data. */
const made = { ids: ['ClaimIds', '() => null'], 'ids-and-address': ['ClaimEmail', 'addressOf'] } as const

function written({ name, by, takes, when = '', address, task }: Function): string[] {
  if (typeof takes !== 'string') return []
  const [input, data] = made[takes]
  const lines = [
    `${callers[by]}: ${when}.`,
    ...(address ? [`@param claim its ids, and the address ${address}`] : []),
  ]
  return [
    `/**\n${lines.map((line) => ` * ${line}`).join('\n')}\n */`,
    `export const ${name} = (claim: ${input}): Task =>\n  newClaimTask('${task}', claim, ${data})\n`,
  ]
}

/** The functions of the web apps' client that need nothing but a claim's ids, or these and an address. */
export function taskFunctionsText(): Promise<string> {
  const texts = functions.flatMap(written)
  const ofIds = texts.some((text) => text.includes('ClaimIds'))
  return formatted(
    taskFunctionsFile,
    [
      '// Made from the code by `npm run generate`: changes by hand are lost.\n',
      "import { addressOf, type ClaimEmail } from './claim-email.js'",
      `import { newClaimTask, ${ofIds ? 'type ClaimIds, ' : ''}type Task } from './task.js'\n`,
      ...texts,
    ].join('\n'),
  )
}

/** The functions of the client, for the people who call them. */
export const taskFunctionsTable = (): string =>
  table(
    ['function', 'input', 'web app'],
    functions
      .map(({ name, by, ...given }) => [`\`tasks.${name}\``, inputOf(given), by])
      .sort(([, , one = ''], [, , other = '']) => one.localeCompare(other)),
  )

function inputOf({ takes, address }: Pick<HandedOver, 'takes' | 'address'>): string {
  if (typeof takes !== 'string') return takes.words
  if (takes === 'ids') return 'ids'
  return ['ids, `emailAddress`', ...(address ? [address] : [])].join(': ')
}
