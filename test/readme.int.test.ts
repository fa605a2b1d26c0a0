import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatorSettings } from '../testing/simulators/settings.js'
import { startSimulators, type Simulators } from '../testing/simulators/index.js'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { BareClient } from './support/bare-client.js'
import { ShellCommand, type Ended } from './support/shell.js'
import { until } from './support/until.js'

const root = join(import.meta.dirname, '..')
const patience = 120_000

/** What a command of these pages prints; with an exit code where it is not 0. */
interface Check {
  readonly prints: RegExp
  readonly code?: number
  /** Goes on running: this is waited for, then it is interrupted. */
  readonly runsOn?: true
}

/** Commands beside services at work, one of which has given up on some messages. Each is run as it stands there. */
const besideServices: Readonly<Record<string, Check>> = {
  'npm run ops -- fire auto-approval --date 2026-11-21': { prints: /auto-approval.*2026-11-21/ },
  'npm run ops -- journey ABC1234': { prints: /complete-claim.*claim-not-found/ },
  'npm run ops -- restored --copy 2026-11-21T10:00': { prints: /2026-11-21 10:00/ },
  'npm run ops -- schedule': { prints: /payment-run/ },
  'npm run ops -- payments 2026-11-23': { prints: /no payment run/i, code: 1 },
  'npm run ops -- status': { prints: /NOTIFICATIONS[^]*send-email/ },
  'npm run ops -- dead-letters list': { prints: /send-email +body-breaks-contract/ },
  'npm run ops -- tasks retry --task DWP-CHECK --newer-than 2h --dry-run': {
    prints: /no failed task is meant by that/,
    code: 1,
  },
  'npm run ops -- tasks cancel --schema ext --id 7 --dry-run': {
    prints: /does not wait for its moment/,
    code: 1,
  },
  "npm run ops -- replay --subject 'claims.>' --from 2026-11-21T10:00 --to 2h": {
    prints: /nothing was published there/,
    code: 1,
  },
  "npm run ops -- pause send-email --reason 'template is wrong'": { prints: /send-email/ },
  'npm run ops -- dead-letters list --consumer send-email --newer-than 2h': { prints: /send-email/ },
  'npm run ops -- dead-letters show 17': { prints: /send-email/ },
  'npm run ops -- dead-letters retry --reason notify-400 --dry-run': {
    // The demo has left one.
    prints: /would be: 1 /,
  },
  'npm run ops -- dead-letters discard 17': { prints: /17/ },
  'npm run ops -- targets set gias --wsdl https://gias.example.com/service?wsdl --format default --kind user --kind organisation --credentials gias --reason "it is to know"':
    { prints: /set up, and is told of all that it has not confirmed: gias/ },
  'npm run ops -- targets show gias': { prints: /gias +ACTIVE/ },
  'npm run ops -- targets remove gias --reason "it is replaced"': { prints: /removed: gias, with / },
  'npm run ops -- flows list': { prints: /fill-target/ },
  'npm run ops -- webhooks add statistics --address https://statistics.example.org/hwpv --event claim.paid --event claim.decided --secret statistics --reason "change 4711"':
    { prints: /added: webhook endpoint statistics/ },
  'npm run ops -- webhooks test statistics': { prints: /a test event, number 1 at/ },
  'npm run ops -- webhooks show statistics': { prints: /webhook\.test/ },
  'npm run ops -- webhooks change statistics --other-secret statistics.2027 --reason rotation': {
    prints: /changed: webhook endpoint statistics/,
  },
  'npm run ops -- webhooks change statistics --secret statistics.2027 --other-secret none --reason rotation':
    {
      prints: /changed: webhook endpoint statistics/,
    },
  'npm run ops -- webhooks retry statistics': { prints: /tried again: 1 at/ },
  'npm run ops -- webhooks retry statistics --from 400': {
    prints: /nothing is there at statistics to be sent once more/,
    code: 1,
  },
}

/** Commands of their own. */
const alone: Readonly<Record<string, Check>> = {
  'npm run demo': { prints: /every one of them ended as its input says[^]*Ctrl-C ends it/, runsOn: true },
  'npm start -- notifier': { prints: /service is ready/, runsOn: true },
  'npm start -- console': { prints: /console: http:\/\/localhost:3108/, runsOn: true },
  'npm run nats:provision': { prints: /streams and consumers are as they should be/ },
  'npm run db:migrate': { prints: /embedded database/ },
  'npm run bench -- round-trips': { prints: /figure +value/ },
}

/** What runs this test, or cannot be run here; each with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  'cp .env.example .env && docker compose up --build':
    'needs Docker: test/containers.deploy.test.ts, test/image.deploy.test.ts',
  'helm upgrade --install hwpv deploy/helm/hwpv-async-services -n visits -f values.yaml':
    'needs a cluster: test/helm-chart.deploy.test.ts renders it',
  'helm test hwpv -n visits --logs': 'needs a cluster',
  'npm ci': 'what CI begins with',
  'npm test': 'a part of what CI runs',
  'npm run test:faults -- --sequence.seed 7': 'CI runs its short form',
  'npm run dev -- notifier': 'compiles into `dist`, which the other tests run: tools/start/nest-cli.test.ts',
  'npm start': 'what the commands beside services run beside',
  'npx oxfmt': '`npm run check` checks what it writes',
  'npm run check': 'the beginning of `npm test`',
  'npm run test:files -- <files>': 'a part of `npm test`',
  'npm run test:files -- test/contracts test/client.test test/containers test/emails tools/generate':
    'parts of `npm test` and of the deploy tests',
  'npm run test:files -- test/contracts tools/generate': 'a part of `npm test`',
  'npm run test:files -- test/contracts topology tools/generate test/flows': 'a part of `npm test`',
  'npm run test:files -- test/contracts topology tools/generate test/nats-permissions scheduler':
    'a part of `npm test`',
  'npm run test:files -- test/contracts tools/generate test/daily-jobs': 'a part of `npm test`',
  'npm run test:files -- test/mssql-statements -u':
    'writes into the sources; without -u a part of `npm test`',
  'npm run generate': 'writes into the sources: tools/generate/generated.int.test.ts',
  'mv /secure/place/notifier.nk /secure/place/notifier.nk.old': 'the folder is an example',
  'npm run nats:keys -- /secure/place': 'the folder is an example: tools/nats-config/nats-config.int.test.ts',
  'nats pub claims.submitted \'{"reference":"ABC1234","eligibilityId":12,"claimId":34}\'':
    'gives the commands beside services something to show',
  'DATABASE_TESTS=mssql APVS_DATABASE_SERVER=… APVS_ASYNC_WORKER_USERNAME=… APVS_ASYNC_WORKER_PASSWORD=… APVS_DATABASE=master npm run test:integration':
    'needs a SQL Server',
}

/** The `nats` program is no package of npm or Debian; what `ops` may ask of the server: test/nats-permissions.int.test.ts. */
const withTheNatsProgram: readonly string[] = [
  'nats context save hwpv --server tls://nats.example.org:4222 --nkey ops.nk --tlsca ca.crt --inbox-prefix _INBOX.ops --select',
  'nats stream ls',
  'nats stream info CLAIMS',
  'nats stream get CLAIMS 17',
  'nats stream view DEAD_LETTERS',
  'nats sub --stream CLAIMS --new',
  'nats consumer ls CLAIMS',
  'nats consumer info CLAIMS complete-claim',
  'nats pub claims.submitted \'{"reference":"ABC1234","eligibilityId":12,"claimId":34}\' -H \'Nats-Msg-Id:abc1234-34-submitted\'',
]

/** The README, what it leads newcomers and operators to, and how one thing is done at a time. */
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...['running', 'operating', 'paying', 'one-claim'].map((name) => `docs/${name}.md`),
  ...readdirSync(join(root, 'docs', 'how-to')).map((name) => `docs/how-to/${name}`),
]

/** The commands in the pages' blocks of shell, without their comments; those joined by `&&` one by one if they are npm's. */
function shownCommands(): string[] {
  const text = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n')
  const blocks = [...text.matchAll(/^( *)```sh\n([^]*?)^\1```/gm)].map(([, , block]) => block ?? '')
  return blocks
    .flatMap((block) => block.replaceAll(/ \\\n\s*/g, ' ').split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .flatMap((line) => (line.startsWith('npm run ') ? line.split(' && ') : [line]))
    .filter(Boolean)
}

let nats: RunningNatsServer
let simulators: Simulators
let folder: string
let env: Record<string, string | undefined>

const shell = (line: string): ShellCommand => new ShellCommand(line, root, env)

async function check(line: string, { prints, code = 0, runsOn }: Check): Promise<void> {
  const command = shell(line)
  if (!runsOn) {
    expect({ line, ...(await command.ended) }).toEqual({ line, code, out: expect.stringMatching(prints) })
    return
  }
  await untilPrinted(command, prints)
  command.signal('SIGINT')
  await command.ended
}

async function untilPrinted(command: ShellCommand, what: RegExp): Promise<void> {
  let ended: Ended | undefined
  void command.ended.then((end) => (ended = end))
  await until(`${what} is printed`, () => what.test(command.out) || ended !== undefined, patience, 50)
  expect(command.out).toMatch(what)
}

beforeAll(async () => {
  ;[nats, simulators, folder] = await Promise.all([
    startNatsServer(),
    startSimulators(),
    mkdtemp(join(tmpdir(), 'readme-')),
  ])
  env = {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: process.env.HOME,
    ...simulatorSettings(simulators),
    NATS_URL: nats.url,
    DATA_DIR: folder,
    CLOCK_START: '2026-11-23 12:00:00',
  }
  await standInForNats()
}, patience)

afterAll(async () => {
  await Promise.all([nats.stop(), simulators.close()])
  await rm(folder, { recursive: true, force: true })
})

/** The `nats` program is no package of npm or Debian: its `pub`, of two arguments, is all that is shown of it. */
async function standInForNats(): Promise<void> {
  const program = join(folder, 'nats')
  const source = `
    const { createRequire } = require('node:module')
    const { connect } = createRequire(${JSON.stringify(`${root}/`)})('@nats-io/transport-node')
    const [pub, subject, body] = process.argv.slice(2)
    if (pub !== 'pub') throw new Error('only pub')
    connect({ servers: process.env.NATS_URL }).then(async (nats) => {
      nats.publish(subject, body)
      await nats.drain()
    })`
  await writeFile(`${program}.cjs`, source)
  await writeFile(program, `#!/bin/sh\nexec node ${program}.cjs "$@"\n`)
  await chmod(program, 0o755)
}

describe('README.md and the pages it leads to', () => {
  it('show only commands that are run, and each that is run is in them', () => {
    const run = [besideServices, alone, elsewhere].flatMap((commands) => Object.keys(commands))
    expect([...new Set(shownCommands())].sort()).toEqual([...run, ...withTheNatsProgram].sort())
  })

  it.each(Object.entries(alone))(
    '%s',
    async (line, expected) => {
      await check(line, expected)
    },
    2 * patience,
  )

  it(
    'npm start, which stops all services and fails when one cannot run',
    async () => {
      const { PATH, HOME, DATA_DIR } = env
      const nowhere = { PATH, HOME, DATA_DIR, NATS_URL: 'nats://127.0.0.1:9' }
      const { code, out } = await new ShellCommand('npm start', root, nowhere).ended
      expect(code).toBe(1)
      // Nothing says where Notify is.
      expect(out).toMatch(/^notifier: APVS_NOTIFY_API_KEY is missing/m)
    },
    patience,
  )

  it(
    'npm start, with what is shown beside it',
    async () => {
      const services = shell('npm start')
      try {
        await untilPrinted(services, /(service is ready[^]*){7}/)
        expect(
          await shell(Object.keys(elsewhere).find((line) => line.startsWith('nats pub')) ?? '').ended,
        ).toEqual({
          code: 0,
          out: '',
        })
        await giveUpOn(20)
        for (const [line, expected] of Object.entries(besideServices)) await check(line, expected)
      } finally {
        services.signal('SIGINT')
      }
      const { out } = await services.ended
      expect(out).toContain('SIGINT: stopping all services')
      expect(out).toMatch(/(service stopped[^]*){7}/)
    },
    4 * patience,
  )
})

/** So many emails that name no claim end in dead letters. */
async function giveUpOn(count: number): Promise<void> {
  const client = await BareClient.connect(nats.url)
  for (let i = 0; i < count; i++)
    await client.publish('notifications.claim-accepted', { reference: 'ABC1234' })
  await until(
    'all of them are given up on',
    async () => (await client.read('DEAD_LETTERS')).length > count,
    patience,
  )
  await client.close()
}
