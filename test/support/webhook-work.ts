import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '#shared/clock'
import { events, type EventName, type Message, type OutgoingMessage } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import { addEndpoint } from '#shared/operations'
import { Inbox, UnitOfWork } from '#shared/unit-of-work'
import type { WebhookReceivers } from './webhook-receivers.js'

/** Invented. */
export const signingKeys = {
  first: 'whsec_Zmlyc3Qtc2VjcmV0LW9mLXR3ZW50eS1mb3Vy',
  second: 'whsec_c2Vjb25kLXNlY3JldC1vZi10d2VudHktZm91cg==',
} as const
export const tokenKey = 'a-secret-that-an-old-receiver-knows'

/** The file that `WEBHOOK_SECRETS` names. */
export class SecretFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'webhook-secrets-'))
  readonly path = join(this.folder, 'secrets.json')

  constructor(content: object = { first: signingKeys.first, second: signingKeys.second }) {
    this.write(content)
  }

  /** At once, as a volume of secrets is changed. */
  write(content: object): void {
    writeFileSync(`${this.path}.new`, JSON.stringify(content))
    renameSync(`${this.path}.new`, this.path)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

export async function addReceiver(
  connection: DatabaseConnection,
  receivers: WebhookReceivers,
  clock: Clock,
  {
    name,
    wants,
    address,
  }: { readonly name: string; readonly wants: readonly EventName[]; readonly address?: string },
): Promise<void> {
  const given = { name, address: address ?? receivers.addressOf(name), secret: 'first', token: false }
  await addEndpoint(connection, { ...given, events: wants }, { now: clock.now(), dryRun: false, reason: '' })
}

const example = new Map<string, (typeof events)[keyof typeof events]>(
  Object.values(events).map((event) => [event.name, event]),
)

/**
 * Does work that tells other systems of these, in one transaction, as a handler does it.
 * @param publish what is owed then; left to the relay by default
 * @returns whether it was done now, and not before
 */
export function tellEvents(
  connection: DatabaseConnection,
  clock: Clock,
  cause: string,
  names: readonly EventName[],
  publish: (messages: readonly OutgoingMessage[]) => Promise<void> = () => Promise.resolve(),
): Promise<boolean> {
  const unit = new UnitOfWork(connection, new Inbox(connection, clock), { publishFollowUps: publish }, clock)
  return unit.run<Message>({ id: cause, consumer: 'test' }, (work) => {
    names.forEach((name, place) => {
      const event = example.get(name)
      if (event) work.tell(event, place, event.example, 'ABC1234')
    })
    return Promise.resolve()
  })
}
