import { Catch, type RpcExceptionFilter } from '@nestjs/common'
import { throwError, type Observable } from 'rxjs'

/** Nest's own filter turns every error into one class; the router needs to see which it was. */
@Catch()
export class PassThroughFilter implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error)
  }
}
