import { Injectable } from '@nestjs/common'
import { classifyError } from '#shared/messaging'
import { PassedOver } from '../passed-over/passed-over.service.js'
import { assertWritable } from '../relay-tasks/assert-writable.js'
import { PendingTasks } from '../relay-tasks/pending-tasks.repository.js'
import { flowName, type OpenFlow } from './open-flows.repository.js'

/** Deals with flows one by one: what one of them comes to grief of is in no other one's way. */
@Injectable()
export class StubbornFlows {
  constructor(
    private readonly repository: PendingTasks,
    private readonly passedOver: PassedOver,
  ) {}

  /**
   * Does something with one flow. Where that fails the flow is named, and left as it was until the next look.
   * @returns undefined where it failed
   * @throws if the database takes nothing from anybody
   */
  async alone<T>(flow: Pick<OpenFlow, 'flowId' | 'kind'>, attempt: () => Promise<T>): Promise<T | undefined> {
    try {
      return await attempt()
    } catch (error) {
      await assertWritable(this.repository, error)
      const { reason } = { reason: '', ...classifyError(error) }
      this.passedOver.report([{ table: 'AsyncSchema.Flow', id: flow.flowId, reason, flow: flowName(flow) }])
      return undefined
    }
  }
}
