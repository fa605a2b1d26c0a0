import { dayOf } from '#shared/clock'
import { streams } from '#shared/contracts'
import type { OtlpReceiver } from '../../testing/simulators/index.js'
import { apiAnswers, consolePages, notSeen, opsOutput, pagesFrom } from './all-views.js'
import { BareClient } from './bare-client.js'
import type { ConsoleWorld } from './console-world.js'
import { heldFlow } from './held-flow.js'
import { occurring, writtenDown, type Places } from './personal-data.js'

/** What was said anywhere, by where. */
export class Said {
  private readonly words = new Map<string, string>()

  add(where: string, words: string): void {
    this.words.set(where, words)
  }

  places(which: RegExp): [where: string, words: string][] {
    return [...this.words].filter(([where]) => which.test(where))
  }

  /** Which of these texts occur, and where. */
  found(texts: readonly string[], which: RegExp): string[] {
    return this.places(which).flatMap(([where, words]) => {
      const there = occurring(texts, words)
      return there.length ? [`${where}: ${there.join(', ')}`] : []
    })
  }
}

export interface ToLookAt {
  readonly world: ConsoleWorld
  /** Where spans are sent. */
  readonly receiver: OtlpReceiver
  /** The operator's, London time. */
  readonly clock: string
  /** Of a claim that there is. */
  readonly reference: string
  /** What endpoints and targets are called that there are. */
  readonly names: readonly string[]
  /** What the operator does besides looking. */
  readonly ops: readonly string[]
  /** Waited for while the services are at work still. */
  readonly until?: () => Promise<void>
  /** Columns of our own tables where the data may be. */
  readonly but?: Places
}

/**
 * Everything that anybody can look at, and what was sent on by itself: `ops`, pages, API, metrics, health, chat, spans, log lines,
 * streams and the services' own tables. Stops the services and the console. @throws where a page or a command was not looked at
 */
export async function lookAtAll(given: ToLookAt): Promise<Said> {
  const said = new Said()
  const { world, receiver } = given
  const { system } = world
  await lookAtViews(said, given)
  for (const [name, { port }] of system.services)
    for (const path of ['metrics', 'health', 'health/readiness', 'info', 'ping'])
      said.add(`${name} /${path}`, await (await fetch(`http://127.0.0.1:${port}/${path}`)).text())
  await given.until?.()
  for (const name of [...system.services.keys()]) await system.stopService(name)
  await world.web.stop()
  system.simulators.chat.calls.forEach((call, n) => said.add(`chat ${n}`, call.text))
  receiver.calls.forEach(({ body }, n) => said.add(`spans ${n}`, body))
  world.logged.forEach((line, n) => said.add(`log of the console ${n}`, JSON.stringify(line)))
  for (const [n, line] of (await writtenDown(system, given.but)).entries())
    said.add(`written down ${n}`, line)
  return said
}

async function lookAtViews(said: Said, { world, clock, reference, names, ops }: ToLookAt): Promise<void> {
  const { system, web, issuer } = world
  const called = ['reports', 'gias', ...names]
  const flow = await heldFlow(system.connection)
  const env = { ...system.database.env, ...system.nats.envOf('ops'), OPERATOR: 'ada', CLOCK_START: clock }
  const letters = await numbersOfLetters(system.nats.url)
  const looks = opsLooks({ flow, reference, names: called, day: dayOf(clock) })
  const printed = await opsOutput([...letterLooks(letters), ...onePerPage, ...ops, ...looks], env)
  for (const [line, words] of printed) said.add(`ops ${line}`, words)
  const visitor = await world.signedIn('ada-viewer-operator-finance')
  const first = ['/', '/search', `/journey/${reference}`, ...letters.map((number) => `/failures/${number}`)]
  const pages = await pagesFrom(visitor, web.url, [...first, '/jobs/change?job=daily&when='])
  const missed = notSeen(consolePages(), pages)
  if (missed.length) throw new Error(`these pages were not looked at: ${missed.join(', ')}`)
  for (const [path, words] of pages) said.add(`page ${path}`, words)
  const token = await issuer.token(['hwpv-viewer', 'hwpv-operator', 'hwpv-finance'])
  const answers = await apiAnswers(world, token, {
    ...{ reference: [reference], sequence: letters, flow: [flow], name: called },
    key: await keysOfActions(world),
  })
  for (const [path, words] of answers) said.add(`api ${path}`, words)
}

async function numbersOfLetters(url: string): Promise<number[]> {
  const client = await BareClient.connect(url)
  const found = await client.read(streams.deadLetters.name)
  await client.close()
  return found.map((_, n) => n + 1)
}

async function keysOfActions({ system }: ConsoleWorld): Promise<string[]> {
  const rows = await system.connection.db
    .selectFrom('AsyncSchema.OperatorAction')
    .select('ActionKey')
    .execute()
  return rows.map(({ ActionKey }) => ActionKey)
}

/** So that no page has nothing to be about. */
const onePerPage = [
  'webhooks add reports --address https://reports.example.org/hwpv --event claim.paid --secret reports --reason to-see --yes',
  'targets set gias --wsdl https://example.com/service?wsdl --format default --kind user --reason to-see --yes',
]

const letterLooks = (letters: readonly number[]): string[] => [
  ...letters.flatMap((number) => ['', ' --raw', ' --json'].map((how) => `dead-letters show ${number}${how}`)),
  ...['dead-letters list --all', 'dead-letters list --json'],
]

interface Looks {
  readonly flow: number
  readonly reference: string
  readonly names: readonly string[]
  readonly day: string
}

const opsLooks = ({ flow, reference, names, day }: Looks): string[] => [
  ...['webhooks list', 'webhooks list --json', 'targets list', 'targets list --json'],
  ...names.flatMap((name) => [`webhooks show ${name}`, `targets show ${name}`]),
  ...['fire daily --dry-run', 'flows list', `flows show ${flow}`],
  ...[`dead-letters list --reference ${reference}`, `journey ${reference}`, `journey ${reference} --json`],
  'journey IntSchema.Task.1 --json',
  ...['pause --list', 'pause send-notification --dry-run', 'resume send-notification --dry-run'],
  ...[`payments ${day}`, 'payments unknown', 'replay --subject notifications.* --from 2h --dry-run'],
  ...['restored --copy 2h --dry-run', 'schedule', 'schedule --json', 'status', 'status --json'],
  ...['tasks list', 'tasks list --json', 'tasks list --status COMPLETE', 'tasks list --closed'],
]
