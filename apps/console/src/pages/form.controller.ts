import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common'
import { DatabaseConnection } from '#shared/database'
import { Actions, misfits, OperationFailed } from '#shared/operations'
import { forms, isForm, type FormName } from '../forms/forms.js'
import { formView, type Wrong } from '../forms/form.view.js'
import type { About, Values } from '../forms/form.js'
import { inputOf, isUnchanged, typedIn, valuesOf } from '../forms/values.js'
import { actionNamed, parsed, toDo } from '../http/action-input.js'
import { operatorIn, Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'
import { may } from '../who/operator.js'

/** What an action is to be about, where that is more than a name: said here, then looked at like any action, and done there. */
@Controller('form')
export class FormController {
  constructor(
    private readonly actions: Actions,
    private readonly connection: DatabaseConnection,
    private readonly views: Views,
  ) {}

  @Get(':name')
  async show(
    @Param('name') name: string,
    @Query('input') text: unknown,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const given = objectIn(text)
    const about = await this.about(name, given)
    const values = { ...about.is, ...valuesOf(about.fields, given) }
    return this.page({ name, about, values, shown: about.is, wrongs: [] }, request, response)
  }

  /** Changes nothing: what fits is to be looked at next. */
  @Post(':name')
  async say(
    @Param('name') name: string,
    @Body() body: Readonly<Record<string, unknown>>,
    @Req() request: ConsoleRequest,
    @Res() response: ConsoleResponse,
  ): Promise<void> {
    const about = await this.about(name, objectIn(body.input))
    const typed = typedIn(about.fields, body)
    const shown = { ...about.is, ...(objectIn(body.shown) as Values) }
    const input = inputOf(about, typed, shown)
    const wrongs = await this.wrongs(formName(name), about, {
      input,
      isAsShown: isUnchanged(about.fields, typed, shown),
    })
    if (!wrongs.length) return response.redirect(303, toDo(formName(name), input))
    const page = this.page({ name, about, values: typed, shown, wrongs }, request, response)
    response.status(400).type('html').send(page)
  }

  /** @throws Refusal where there is no such form, or nothing that it could be about */
  private about(name: string, given: Readonly<Record<string, unknown>>): Promise<About> {
    return forms[formName(name)].about(given, this.connection)
  }

  /** What keeps it from being done, by the same words as everywhere. */
  private async wrongs(
    name: FormName,
    { fields, subject }: About,
    { input, isAsShown }: { readonly input: object; readonly isAsShown: boolean },
  ): Promise<Wrong[]> {
    if (subject !== undefined && isAsShown) return [{ words: 'nothing of it is other than it was' }]
    const labels = new Map(fields.map((field) => [field.name, field.label]))
    const read = actionNamed(name).action.input.safeParse(input)
    if (!read.success)
      return misfits(read.error).map(({ at, words }) => {
        const [part = ''] = at.split('.')
        return { at: part, words: `${labels.get(part) ?? part} ${words}` }
      })
    try {
      await this.actions.preview(name, read.data as never)
      return []
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error
      return [{ words: error.message, ...(error.about === undefined ? {} : { at: error.about }) }]
    }
  }

  private page(
    {
      name,
      about,
      values,
      shown,
      wrongs,
    }: {
      readonly name: string
      readonly about: About
      readonly values: Values
      readonly shown: Values
      readonly wrongs: readonly Wrong[]
    },
    request: ConsoleRequest,
    response: ConsoleResponse,
  ): string {
    const { title, role } = actionNamed(name).action
    const data = {
      ...{ name, title, role, allowed: may(operatorIn(request), role) },
      ...{ input: about.fixed, shown, ...formView(about, values, wrongs) },
    }
    return this.views.render('form.njk', data, { request, response })
  }
}

function objectIn(text: unknown): Readonly<Record<string, unknown>> {
  const read = parsed(text)
  return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
}

/** @throws Refusal where there is none */
function formName(name: string): FormName {
  if (!isForm(name)) throw new Refusal(404, 'there is no such form')
  return name
}
