import { Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common'
import { newFormToken, sessionMs } from '../http/authenticate.js'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'
import { IdentityProvider } from '../who/identity-provider.js'

/** Signing in at the issuer, and out again. */
@Controller()
export class SignInController {
  constructor(
    @Inject(IdentityProvider) private readonly provider: IdentityProvider | null,
    private readonly views: Views,
  ) {}

  @Get('sign-in')
  async signIn(
    @Query('to') to: unknown,
    @Req() request: ConsoleRequest,
    @Res() response: ConsoleResponse,
  ): Promise<void> {
    if (!this.provider) return response.redirect('/')
    const { url, signIn } = await this.provider.begin()
    request.session = { signIn: { ...signIn, to: ownPath(to) } }
    response.redirect(url.href)
  }

  @Get('sign-in/callback')
  async callback(@Req() request: ConsoleRequest, @Res() response: ConsoleResponse): Promise<void> {
    const signIn = request.session?.signIn
    if (!this.provider || !signIn) throw new Refusal(400, 'no sign-in was begun in this browser: try again')
    const { name, roles } = await this.provider.finish(request.originalUrl, signIn)
    request.session = { name, roles, formToken: newFormToken(), until: Date.now() + sessionMs }
    response.redirect(signIn.to)
  }

  @Post('sign-out')
  async signOut(@Req() request: ConsoleRequest, @Res() response: ConsoleResponse): Promise<void> {
    request.session = null
    response.redirect(this.provider ? await this.provider.signOutUrl() : '/signed-out')
  }

  @Get('signed-out')
  signedOut(@Req() request: ConsoleRequest, @Res() response: ConsoleResponse): void {
    response.type('html').send(this.views.render('signed-out.njk', {}, { request, response }))
  }
}

/** A path of the console, whatever somebody put into the link. */
const ownPath = (to: unknown): string =>
  typeof to === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(to) && !to.includes('\\') ? to : '/'
