import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { asService, currentService } from '#shared/telemetry'
import { Log } from '#shared/logging'
import { NotifyClient } from '../sending/notify.client.js'
import { NotifyError } from '../sending/notify.error.js'
import { fieldsIn, templateProblems } from './template-file.rules.js'
import { TemplateRegistry } from './template-registry.service.js'

/**
 * Holds the file's templates against Notify's own as the service starts, and says in the log what does not fit. It keeps nobody
 * waiting: where Notify cannot be reached nothing is known, and what does not fit is refused when it is sent.
 */
@Injectable()
export class TemplateCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  private isStopped = false

  constructor(
    private readonly registry: TemplateRegistry,
    private readonly notify: NotifyClient,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const service = currentService()
    const check = () => this.check()
    void (service === undefined ? check() : asService(service, check))
  }

  onApplicationShutdown(): void {
    this.isStopped = true
  }

  private async check(): Promise<void> {
    for (const [template, entry] of await this.registry.now()) {
      if (this.isStopped) return
      try {
        const found = await this.notify.template(entry.id)
        const fields = found && (found.fields ?? fieldsIn(`${found.subject} ${found.body}`))
        const problems = templateProblems(entry, found && { type: found.type, fields: fields ?? [] })
        if (problems.length)
          this.log.warn('a notification template does not fit', { template, words: problems.join('; ') })
      } catch (error) {
        if (this.isStopped) return
        this.log.warn('notification templates were not compared with Notify’s', {
          reason: error instanceof NotifyError ? error.reason : 'unexpected-error',
        })
        return
      }
    }
  }
}
