import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { messages } from '#shared/contracts'
import { Flows } from '#shared/flows'
import { Log } from '#shared/logging'
import { Consumes, Delivery, done, handler, jobPolicy, type Outcome } from '#shared/messaging'
import { UnitOfWork } from '#shared/unit-of-work'
import { importInput, prisonRegisterFlow } from '../prison-register.flow.js'
import { RegisterFile } from '../register-file.js'

const lookAtPrisonRegister = handler({
  name: 'look-at-prison-register',
  messages: [messages.schedulePrisonRegister],
  policy: { ...jobPolicy, upstream: 'document-store' },
})

/** Begins an import of the register where its file is another one than the last import has read. */
@Controller()
export class LookAtPrisonRegisterHandler {
  constructor(
    private readonly register: RegisterFile,
    private readonly flows: Flows,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  @Consumes(lookAtPrisonRegister)
  async handle(@Ctx() delivery: Delivery): Promise<Outcome> {
    const tag = await this.register.tag()
    const last = await this.flows.newest(prisonRegisterFlow)
    // Where nobody has stored one yet, nothing is missing.
    if (tag === undefined && last) this.log.warn('the prison register is not in the document store any more')
    const isNew = tag !== undefined && importInput.safeParse(last?.input).data?.tag !== tag
    await this.unitOfWork.run(delivery, async (work) => {
      // By the import before it: a file that is as it was two imports ago is a new one.
      if (isNew) await this.flows.begin(work, prisonRegisterFlow, `${last?.flowId ?? 0}.${tag}`, { tag })
    })
    return done
  }
}
