import { BenefitChecks } from './src/check-benefit/benefit-checks.repository.js'
import { goOn } from './src/check-benefit/check-benefit.handler.js'
import type { CheckResult, Decision } from './src/check-benefit/check-benefit.rules.js'
import type { RecordingDatabase } from '../../tools/statements/recording-database.js'
import { claim, inUnitOfWork, type StatementSteps } from '../../tools/statements/step.js'

/** Writes down what came of a check, for each decision. */
async function saveChecked(
  database: RecordingDatabase,
  result: CheckResult,
  ...decisions: readonly Decision[]
): Promise<unknown> {
  const repository = new BenefitChecks(database.connection)
  const [facts] = await database.connection.ask(repository.find(claim))
  if (!facts) throw new Error('no facts')
  return inUnitOfWork(database, async (unit) => {
    for (const decision of decisions) {
      await repository.save(unit, { claim, facts, result, decision })
      goOn(unit, { claim, facts, decision })
    }
  })
}
/** What dwp-checker asks the database, step by step. */
export const statements: StatementSteps = {
  'check-benefit: read': ({ connection }) => connection.ask(new BenefitChecks(connection).find(claim)),
  'check-benefit: ask for evidence': (database) => {
    const decision = { kind: 'ask-for-evidence', benefit: 'income-support' } as const
    return saveChecked(database, 'NO', decision)
  },
  'check-benefit: ask for evidence where none is to come': (database) => {
    database.happens = [[/ as "holderLastName"/, { ClaimDocumentId: null }]]
    const decision = { kind: 'ask-for-evidence', benefit: 'income-support' } as const
    return saveChecked(database, 'NO', decision)
  },
  'check-benefit: decide otherwise': (database) => {
    const kinds = ['keep-waiting', 'keep-decision', 'go-on-to-approval'] as const
    return saveChecked(database, 'YES', ...kinds.map((kind) => ({ kind })))
  },
}
