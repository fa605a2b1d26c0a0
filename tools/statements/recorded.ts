import { RecordingDatabase, type RecordedStatement } from './recording-database.js'
import type { StatementSteps } from './step.js'

/** What a step sends, in one of the dialects. */
export async function recorded(
  dialect: 'mssql' | 'sqlite',
  step: StatementSteps[string],
): Promise<RecordedStatement[]> {
  const database = new RecordingDatabase(dialect)
  await step(database)
  return database.statements.map(({ parameters, ...statement }) => ({
    ...statement,
    parameters: parameters.map(withoutTrace),
  }))
}

/** Traces begin by chance. */
const withoutTrace = (value: unknown) =>
  typeof value === 'string' && /^00-[\da-f]{32}-[\da-f]{16}-01$/.test(value) ? 'a trace' : value
