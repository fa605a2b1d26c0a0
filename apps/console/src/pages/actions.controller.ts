import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common'
import { actions, OperatorActions, type ActionDetails, type RecordedAction } from '#shared/operations'
import { isNumber, said, type Query as Said } from '../http/query.js'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { Outcomes } from '../snapshot/outcomes.service.js'
import { timeText } from '../text.js'
import { Views } from '../views.js'
import type { Cell } from './table.js'

const perPage = 50

/** What was done, by whom and why; and what became of it. */
@Controller('actions')
export class ActionsController {
  constructor(
    private readonly rows: OperatorActions,
    private readonly outcomes: Outcomes,
    private readonly views: Views,
  ) {}

  @Get()
  async list(
    @Query() query: Said,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const before = said(query, 'before', isNumber)
    const found = await this.rows.newest(perPage + 1, before === undefined ? undefined : Number(before))
    const page = found.slice(0, perPage)
    const data = {
      headings: ['When', 'Who', 'What', 'On what', 'Why', 'What came of it'],
      rows: page.map(rowOf),
      older: found.length > perPage ? page.at(-1)?.id : undefined,
    }
    return this.views.render('actions.njk', data, { request, response })
  }

  @Get(':key')
  async show(
    @Param('key') key: string,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const action = await this.rows.byKey(key)
    if (!action) throw new Refusal(404, 'there is no such action')
    const became = await this.outcomes.of(action)
    return this.views.render('action.njk', { pairs: pairsOf(action), action, became }, { request, response })
  }
}

const titleOf = (name: string): string =>
  Object.hasOwn(actions, name) ? actions[name as keyof typeof actions].title : name

const tags = { DONE: 'green', FAILED: 'red', REFUSED: 'red', STARTED: 'yellow' } as const
const stateWords = { DONE: 'Done', FAILED: 'Failed', REFUSED: 'Refused', STARTED: 'Under way' } as const

const stateOf = ({ state, outcome }: RecordedAction): Cell => ({
  text: stateWords[state],
  tag: tags[state],
  ...(outcome === null ? {} : { hint: outcome }),
})

const rowOf = (action: RecordedAction): Cell[] => [
  { text: timeText(action.started), href: `/actions/${encodeURIComponent(action.key)}` },
  { text: action.person, hint: action.via },
  titleOf(action.action),
  action.target,
  action.reason,
  stateOf(action),
]

/** The page of what it is about, where it has one. */
function pageOf({ action, input, state }: ActionDetails): { readonly href?: string } {
  if (state !== 'DONE' || action === 'remove-target') return {}
  const { name, target } = JSON.parse(input) as { readonly name?: unknown; readonly target?: unknown }
  if (action.includes('webhook') && typeof name === 'string') return { href: `/webhooks/${name}` }
  if (action.endsWith('-target') && typeof target === 'string') return { href: `/targets/${target}` }
  return {}
}

const pairsOf = (action: ActionDetails): [string, Cell][] => [
  ['What', titleOf(action.action)],
  ['On what', { text: action.target, ...pageOf(action) }],
  ['Who', { text: action.person, hint: action.via }],
  ['Why', action.reason],
  ['Begun', timeText(action.started)],
  ['Ended', timeText(action.ended)],
  ['What came of it', stateOf(action)],
]
