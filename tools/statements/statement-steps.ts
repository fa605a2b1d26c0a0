import { statements as claimCompleter } from '../../apps/claim-completer/claim-completer.statements.js'
import { statements as dailyTasks } from '../../apps/daily-tasks/daily-tasks.statements.js'
import { statements as dwpChecker } from '../../apps/dwp-checker/dwp-checker.statements.js'
import { statements as notifier } from '../../apps/notifier/notifier.statements.js'
import { statements as paymentRun } from '../../apps/payment-run/payment-run.statements.js'
import { statements as provisioner } from '../../apps/provisioner/provisioner.statements.js'
import { statements as registerImporter } from '../../apps/register-importer/register-importer.statements.js'
import { statements as taskRelay } from '../../apps/task-relay/task-relay.statements.js'
import { statements as webhookSender } from '../../apps/webhook-sender/webhook-sender.statements.js'
import { statements as flows } from './flows.statements.js'
import { statements as jobs } from './jobs.statements.js'
import { statements as operations } from './operations.statements.js'
import type { StatementSteps } from './step.js'
import { statements as work } from './work.statements.js'

/** Every code path that asks the database something; a test says which one is not among them. */
export const statementSteps: StatementSteps = {
  ...taskRelay,
  ...work,
  ...flows,
  ...jobs,
  ...claimCompleter,
  ...dwpChecker,
  ...dailyTasks,
  ...paymentRun,
  ...registerImporter,
  ...provisioner,
  ...notifier,
  ...webhookSender,
  ...operations,
}
