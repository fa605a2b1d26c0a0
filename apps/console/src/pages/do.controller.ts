import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { Actions, OperationFailed, type Asked, type ActionName } from '#shared/operations'
import { actionNamed, inputGiven, parsed } from '../http/action-input.js'
import { saidByForm } from '../forms/forms.js'
import { operatorIn, Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { LetterIndex } from '../snapshot/letter-index.service.js'
import { Views } from '../views.js'
import { actorOf, may } from '../who/operator.js'
import { previewOf } from './preview.view.js'

/** How long a browser is kept waiting for an action; after that, its page tells how it goes on. In milliseconds. */
const patienceMs = 4_000

/** Every action: first what it would come to, with a form; then it is done, and written down. */
@Controller('do')
export class DoController {
  constructor(
    private readonly actions: Actions,
    private readonly letters: LetterIndex,
    private readonly views: Views,
    private readonly nats: NatsClient,
    private readonly log: Log,
  ) {}

  @Get(':name')
  async preview(
    @Param('name') named: string,
    @Query('input') text: unknown,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const operator = operatorIn(request)
    const { name, action } = actionNamed(named)
    const given = inputGiven(name, parsed(text))
    const { input, foreseen } = await this.foresee(name, given)
    const target = action.target(given)
    const data = {
      ...{ name, title: action.title, target, input, foreseen, key: randomUUID() },
      ...{ allowed: may(operator, action.role), role: action.role, needsReason: action.needsReason },
      said: saidByForm(name, input),
    }
    return this.views.render('do.njk', data, { request, response })
  }

  @Post(':name')
  async carryOut(
    @Param('name') given: string,
    @Body() body: Readonly<Record<string, unknown>>,
    @Req() request: ConsoleRequest,
    @Res() response: ConsoleResponse,
  ): Promise<void> {
    const operator = operatorIn(request)
    const { name, action } = actionNamed(given)
    const input = inputGiven(name, parsed(body.input))
    const asked = { name, input, actor: actorOf(operator), ...keyAndReason(body) }
    if (!may(operator, action.role)) {
      await this.actions.refuse(asked)
      throw new Refusal(403, `to ${action.title} is for the role ${action.role}`)
    }
    await this.begin(asked)
    response.redirect(303, `/actions/${encodeURIComponent(asked.key)}`)
  }

  /**
   * Waits a little for what is soon done. What takes longer goes on, and its row says how it ends.
   * @throws what kept it from being written down: then it has no row, and is not done
   */
  private async begin(asked: Asked<ActionName> & { readonly key: string }): Promise<void> {
    let isWritten = false
    let onWritten = (): void => undefined
    const written = new Promise<void>((resolve) => {
      onWritten = () => {
        isWritten = true
        resolve()
      }
    })
    const work = this.actions.perform({ ...asked, onWritten }).finally(() => this.letters.forget())
    const failure = work.then(
      () => undefined,
      (error: unknown) => error,
    )
    await Promise.race([written, failure])
    if (!isWritten) await work
    const early = await Promise.race([failure, delay(patienceMs, undefined, { ref: false })])
    // What it says is on the page that follows; anything else is for the log, too.
    if (early !== undefined && !(early instanceof OperationFailed)) this.log.error('an action failed', early)
  }

  private async foresee(name: ActionName, input: Asked<ActionName>['input']) {
    try {
      // What is shown is what is done, whatever comes before somebody says yes.
      const bounded = await this.nats.unlessSilent(this.actions.bounded(name, input))
      const result = await this.nats.unlessSilent(this.actions.preview(name, bounded))
      return {
        input: bounded,
        foreseen: previewOf(name, result, actionNamed(name).action.words(result, input)),
      }
    } catch (error) {
      if (error instanceof OperationFailed)
        return { input, foreseen: { impossible: error.message, tables: [] } }
      throw error
    }
  }
}

/** Of a form: the key makes two clicks one action. */
function keyAndReason({ key, reason }: Readonly<Record<string, unknown>>) {
  const words = typeof reason === 'string' ? reason.trim() : ''
  return {
    key: typeof key === 'string' && /^[\w-]{8,100}$/.test(key) ? key : randomUUID(),
    ...(words ? { reason: words } : {}),
  }
}
