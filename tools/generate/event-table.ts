import { events } from '#shared/contracts'
import { table } from './pages.js'

/** What other systems can subscribe to. */
export const eventTable = (): string =>
  table(
    ['event', 'what happened', '`data`, invented'],
    Object.values(events).map(({ name, title, example }) => [
      `\`${name}\``,
      title,
      `\`${JSON.stringify(example)}\``,
    ]),
  )
