import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common'
import { NatsClient } from '#shared/messaging'
import { Letters, type DeadLetter } from '#shared/operations'
import { said, type Query as Said } from '../http/query.js'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { groupsOf, ofGroup, type GroupChosen } from '../snapshot/letter-groups.rules.js'
import { LetterIndex } from '../snapshot/letter-index.service.js'
import { Views } from '../views.js'
import { groupView, letterPairs, letterRows, mayReaddress } from './failures.view.js'

const groupsShown = 50
const lettersShown = 100

/** What handlers gave up on: by what is the matter with it, then one by one. */
@Controller('failures')
export class FailuresController {
  constructor(
    private readonly index: LetterIndex,
    private readonly letters: Letters,
    private readonly nats: NatsClient,
    private readonly views: Views,
  ) {}

  @Get()
  async groups(
    @Query() query: Said,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const asked = { request, response }
    if (await this.nats.whyUnavailable()) return this.views.render('failures.njk', { away: true }, asked)
    const chosen = chosenIn(query)
    const { letters, total } = await this.nats.unlessSilent(this.index.all())
    const meant = ofGroup(letters, chosen)
    const groups = groupsOf(meant)
    const isOne = chosen.reason !== undefined && chosen.consumer !== undefined && groups.length === 1
    const data = {
      ...{ total, chosen, known: letters.length, groups: groups.slice(0, groupsShown).map(groupView) },
      ...{ more: Math.max(0, groups.length - groupsShown), isFiltered: Object.keys(chosen).length > 0 },
      ...(isOne ? lettersOf(meant) : {}),
    }
    return this.views.render('failures.njk', data, asked)
  }

  @Get(':sequence')
  async show(
    @Param('sequence') text: string,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    if (!/^[1-9]\d{0,14}$/.test(text)) throw new Refusal(404, 'there is no such dead letter')
    const details = await this.nats.unlessSilent(this.letters.show(Number(text)))
    const { letter } = details
    const data = {
      pairs: letterPairs(details),
      sequence: letter.sequence,
      mayReaddress: mayReaddress(letter),
    }
    return this.views.render('letter.njk', data, { request, response })
  }
}

/** The newest first. */
const lettersOf = (letters: readonly DeadLetter[]) => ({
  letters: letterRows(letters.slice(-lettersShown).reverse()),
  cut: letters.length > lettersShown ? lettersShown : undefined,
})

/** @throws Refusal where it is not understood */
function chosenIn(query: Said): GroupChosen {
  const given = (name: string) => {
    const value = said(query, name)
    return value === undefined ? {} : { [name]: value }
  }
  return { ...given('reason'), ...given('consumer'), ...given('subject') }
}
