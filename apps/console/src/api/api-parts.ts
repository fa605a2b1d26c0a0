import { Inject, Injectable } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { DatabaseConnection } from '#shared/database'
import { NatsClient } from '#shared/messaging'
import { Actions, Letters, OperatorActions } from '#shared/operations'
import { LetterIndex } from '../snapshot/letter-index.service.js'
import { Snapshots } from '../snapshot/snapshots.service.js'

/** Everything that the API answers with. */
@Injectable()
export class ApiParts {
  constructor(
    readonly snapshots: Snapshots,
    readonly index: LetterIndex,
    readonly letters: Letters,
    readonly actions: Actions,
    readonly rows: OperatorActions,
    readonly connection: DatabaseConnection,
    readonly nats: NatsClient,
    readonly clock: Clock,
    @Inject(ENVIRONMENT) readonly env: Environment,
  ) {}

  /** NATS, or why it cannot be asked. */
  async natsOrAway(): Promise<NatsClient | { readonly away: string }> {
    const away = await this.nats.whyUnavailable()
    return away === undefined ? this.nats : { away }
  }
}
