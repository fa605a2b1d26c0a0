import { Injectable } from '@nestjs/common'
import nunjucks from 'nunjucks'
import { Clock, toLondon } from '#shared/clock'
import { NatsClient } from '#shared/messaging'
import { viewFolders } from './http/asset-folders.js'
import type { ConsoleRequest, ConsoleResponse } from './http/request.js'
import { navigation } from './navigation.js'
import { ageText, timeText } from './text.js'

/** What a page is rendered for. */
export interface Asked {
  readonly request: ConsoleRequest
  readonly response: ConsoleResponse
}

/** The templates. Everything is escaped; what a template marks as safe is made by this project's own macros. */
@Injectable()
export class Views {
  private readonly env: nunjucks.Environment

  constructor(
    private readonly nats: NatsClient,
    private readonly clock: Clock,
  ) {
    this.env = new nunjucks.Environment(new nunjucks.FileSystemLoader(viewFolders), { autoescape: true })
    this.env.addFilter('age', (ms: number | null | undefined) => (ms == null ? '–' : ageText(ms)))
    this.env.addFilter('time', timeText)
    this.env.addFilter('sentence', sentenceOf)
    this.env.addFilter('json', (value: unknown) => JSON.stringify(value))
  }

  /** A whole page. */
  render(template: string, data: object, { request, response }: Asked): string {
    return this.env.render(template, {
      ...data,
      cspNonce: response.locals.nonce,
      operator: request.operator,
      navigation: navigation(request.path),
      natsAway: this.nats.unavailable,
      shownAt: toLondon(this.clock.instant()),
    })
  }

  /** A part of a page, the same for everybody who looks at it. */
  part(template: string, data: object): string {
    return this.env.render(template, data)
  }
}

/** Of a line that may also stand within a sentence. */
const sentenceOf = (line: string): string =>
  `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.?!]$/.test(line) ? '' : '.'}`
