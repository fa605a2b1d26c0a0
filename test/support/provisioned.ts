import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SubjectKind, SubjectStateOf } from '#shared/contracts'
import type { Row } from '#shared/database'
import { Targets, type TargetGiven } from '#shared/provisioning'
import type { System } from './system.js'
import { until } from './until.js'

export const provisionerToken = 'a-token-for-tests'

/** The file of credentials, as a secret is mounted. */
export class CredentialFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'hwpv-credentials-'))
  readonly path = join(this.folder, 'credentials.json')
  private readonly all: Record<string, object> = {}

  put(name: string, username: string, password: string): void {
    this.all[name] = { username, password }
    writeFileSync(this.path, JSON.stringify(this.all))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** Invented; each number is somebody else. */
export const aUser = (
  number: number,
  access: SubjectStateOf<'user'>['access'],
  other: Partial<SubjectStateOf<'user'>> = {},
): SubjectStateOf<'user'> => ({
  ...{ id: number, username: `user-${number}`, email: `zoë.${number}@example.com` },
  ...{ firstName: 'Zoë', lastName: `Ashgrove${number}`, status: 1, access, ...other },
})

export const accessTo = (target: string, organisation: number, ...roles: number[]) => ({
  ...{ target, organisation: { id: organisation, urn: 100_000 + organisation } },
  roles: roles.map((id) => ({ id, code: `role-${id}` })),
})

/** What is provisioned, as those see it who tell us and who are told. */
export class Provisioned {
  constructor(
    private readonly system: System,
    private readonly port: number,
  ) {}

  get legacy() {
    return this.system.simulators.legacy
  }

  /** Sets a target up, as an operator does. */
  async target(name: string, given: Partial<TargetGiven> = {}): Promise<void> {
    const { connection, clock } = this.system
    const { dialect } = connection
    await connection.transaction((db) =>
      new Targets(connection).add({ db, dialect, now: clock.now() }, name, {
        ...{ wsdl: this.legacy.wsdl(name), format: 'default', kinds: ['user', 'role', 'organisation'] },
        ...{ credentials: null, addressed: false, ...given },
      }),
    )
  }

  ask(
    path: string,
    body: string,
    headers: Record<string, string> = { authorization: `Bearer ${provisionerToken}` },
  ): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}/api/v1/subjects/${path}`, { method: 'POST', body, headers })
  }

  async post(
    kind: string,
    id: string | number,
    state: unknown,
    headers?: Record<string, string>,
  ): Promise<number> {
    const answer = await this.ask(`${kind}/${id}`, JSON.stringify(state), headers)
    await answer.arrayBuffer()
    return answer.status
  }

  /** Says what is so of a subject. */
  async say<Kind extends SubjectKind>(
    kind: Kind,
    id: string | number,
    state: SubjectStateOf<Kind> | 'absent',
  ): Promise<void> {
    const status = await this.post(kind, id, state)
    if (status !== 202) throw new Error(`a ${kind} was answered ${status}`)
  }

  entries(): Promise<Row<'AsyncSchema.ProvisioningEntry'>[]> {
    return this.system.connection.db
      .selectFrom('AsyncSchema.ProvisioningEntry')
      .selectAll()
      .orderBy('EntryId')
      .execute()
  }

  /** Waits until each target has confirmed all that it is to know. */
  async confirmed(ms?: number): Promise<void> {
    await until(
      'all is confirmed',
      async () =>
        (await this.entries()).every(
          ({ ConfirmedVersion, WantedVersion }) => ConfirmedVersion === WantedVersion,
        ),
      ms,
    )
    await this.system.settled(ms)
  }

  /** What was asked of a target. */
  calls(target: string) {
    return this.legacy.calls.filter(({ system }) => system === target)
  }

  actions(target: string): string[] {
    return this.calls(target).map(({ fields }) => fields.action ?? '')
  }
}
