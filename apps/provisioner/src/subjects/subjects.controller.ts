import type { IncomingMessage, ServerResponse } from 'node:http'
import { Controller, NotFoundException, Param, Post, Req, Res } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { subjects, type OutgoingMessage } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { isBearer, readBody } from '#shared/http'
import { Log } from '#shared/logging'
import { FollowUpPublisher, owedMessages } from '#shared/unit-of-work'
import { ProvisionerSettings } from '../provisioner.settings.js'
import { subjectChange, type SubjectChange } from './subject.rules.js'
import { Subjects } from './subjects.repository.js'

/** A user with a thousand roles at each of a hundred organisations has no more. */
const maxBytes = 1_048_576

/**
 * What is so of a subject, from whoever has the token: all of it, or that it is `absent`. 202 says that it is written down,
 * with what is owed because of it. Said again, it is no change.
 */
@Controller()
export class SubjectsController {
  constructor(
    private readonly subjects: Subjects,
    private readonly connection: DatabaseConnection,
    private readonly publisher: FollowUpPublisher,
    private readonly settings: ProvisionerSettings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  @Post('api/v1/subjects/:kind/:id')
  async take(
    @Param('kind') kind: string,
    @Param('id') id: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const { tokens } = this.settings
    if (tokens === undefined) throw new NotFoundException()
    if (!isBearer(request.headers.authorization, tokens))
      return refuse(response, 401, 'the token is not known')
    const body = await readBody(request, maxBytes)
    if (body === undefined)
      return refuse(response, 400, `the body breaks off, or has more than ${maxBytes} bytes`)
    const change = subjectChange(kind, id, parsed(body))
    if ('wrong' in change) return refuse(response, 400, change.wrong)
    try {
      await this.commit(change)
      response.writeHead(202).end()
    } catch (error) {
      this.log.error('a subject could not be taken in', error)
      refuse(response, 503, 'it is not written down: say it again')
    }
  }

  private async commit(change: SubjectChange): Promise<void> {
    const owed = await this.record(change).catch((error: unknown) => {
      // Of two that say it for the first time one is refused by the index, and finds the other's when it tries again.
      if (!this.connection.dialect.isDuplicateKey(error)) throw error
      return this.record(change)
    })
    if (owed.length) await this.publisher.publishFollowUps(owed)
  }

  private record(change: SubjectChange): Promise<readonly OutgoingMessage[]> {
    const { dialect } = this.connection
    const now = this.clock.now()
    return this.connection.transaction(async (db) => {
      const due = await this.subjects.change({ db, dialect, now }, change, { at: now })
      const messages = due.map(({ entryId, messageId }): OutgoingMessage => {
        return { id: messageId, subject: subjects.provisioningDue, body: { entryId } }
      })
      await dialect.later(db, owedMessages(db, messages, now))
      return messages
    })
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Its connection ends with it: the rest of the body is not waited for. */
function refuse(response: ServerResponse, status: 400 | 401 | 503, error: string): void {
  const headers = { connection: 'close', 'content-type': 'application/json' }
  response.writeHead(status, headers).end(JSON.stringify({ error }))
}
