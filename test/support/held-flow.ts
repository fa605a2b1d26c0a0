import { stepMessageId, subjects } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'

const at = '2024-03-13 11:30:00.000'

/** Large work that is held with one item done and one failed: as it is after too many failures. @returns its number */
export async function heldFlow({ db, dialect }: DatabaseConnection): Promise<number> {
  const about = { kind: 'archive-old-claims', key: 'held', run: 1 }
  const [flow] = await dialect
    .returning(
      db.insertInto('AsyncSchema.Flow').values({
        ...{ Kind: about.kind, FlowKey: about.key, Run: about.run, Input: '{}' },
        ...{ State: 'HELD', Reason: 'failures-in-a-row', DateCreated: at, DateStarted: at },
      }),
      ['FlowId'],
    )
    .execute()
  const flowId = flow?.FlowId ?? 0
  const messageId = stepMessageId(about, 0, subjects.oldClaimsQueueingDue)
  const [step] = await dialect
    .returning(
      db.insertInto('AsyncSchema.FlowStep').values({
        ...{ FlowId: flowId, Position: 0, Name: 'archive', Subject: subjects.oldClaimsQueueingDue },
        ...{ MessageId: messageId, HoldAfter: 1, Queued: 2, Done: 0, Failed: 0, DateStarted: at },
      }),
      ['StepId'],
    )
    .execute()
  const item = { Body: '{}', Attempts: 1, DateCreated: at, DateLastHeard: at, DateEnded: at }
  const ofStep = { ...item, FlowStepId: step?.StepId ?? 0, Subject: subjects.claimArchiveDue }
  await db
    .insertInto('AsyncSchema.Outbox')
    .values([
      { ...ofStep, MessageId: messageId, State: 'DONE', Subject: subjects.oldClaimsQueueingDue },
      { ...ofStep, MessageId: 'held.1', State: 'DONE' },
      { ...ofStep, MessageId: 'held.2', State: 'FAILED', LastReason: 'archive-key-taken' },
    ])
    .execute()
  return flowId
}
