import type { SubmittedClaim } from '../../testing/simulators/external-web-app/index.js'
import { ClaimsAtWork } from './claims.js'
import type { Progress } from './progress.js'
import { summary, table } from './report.js'
import type { Site } from './site.js'
import { DemoFailure } from './wait.js'

/**
 * Submits the claims, shows them going through, and ends with a table.
 * @returns whether every claim ended as its input says
 * @throws DemoFailure, after the table, when the claims take too long
 */
export async function showClaims(
  site: Site,
  claims: readonly SubmittedClaim[],
  progress: Progress,
): Promise<boolean> {
  progress.tell(
    `\n  ${claims.length} claims, as the external web app submits them: rows in ExtSchema and a Task row, in one transaction each`,
  )
  const atWork = new ClaimsAtWork(site, claims, progress)
  const since = performance.now()
  let late: DemoFailure | undefined
  try {
    await atWork.run()
  } catch (error) {
    if (!(error instanceof DemoFailure) || site.halt.signal.aborted) throw error
    late = error
  }
  progress.keep()
  const results = await atWork.results()
  progress.tell(`\n${table(results)}\n\n${summary(results, (performance.now() - since) / 1_000)}`)
  if (late) throw late
  return results.every(({ wrong }) => wrong.length === 0)
}
