import { acknowledgePaymentFiles } from './acknowledge-payment-files.js'
import { addWebhookEndpoint } from './add-webhook-endpoint.js'
import { approveFlow } from './approve-flow.js'
import { cancelFlow } from './cancel-flow.js'
import { cancelTask } from './cancel-task.js'
import { changeJob } from './change-job.js'
import { changeWebhookEndpoint } from './change-webhook-endpoint.js'
import { closeTasks } from './close-tasks.js'
import { discardDeadLetters } from './discard-dead-letters.js'
import { downloadPaymentFile } from './download-payment-file.js'
import { fillTarget } from './fill-target.js'
import { fireJob } from './fire-job.js'
import { holdFlow } from './hold-flow.js'
import { holdTarget } from './hold-target.js'
import { pauseHandler } from './pause-handler.js'
import { pauseJob } from './pause-job.js'
import { readdressDeadLetters } from './readdress-dead-letters.js'
import { recordRestoration } from './record-restoration.js'
import { recoverPaymentRun } from './recover-payment-run.js'
import { releasePayment } from './release-payment.js'
import { removeTarget } from './remove-target.js'
import { replayStretch } from './replay-stretch.js'
import { resumeFlow } from './resume-flow.js'
import { resumeHandler } from './resume-handler.js'
import { resumeJob } from './resume-job.js'
import { resumeTarget } from './resume-target.js'
import { retryDeadLetters } from './retry-dead-letters.js'
import { retryTasks } from './retry-tasks.js'
import { retryWebhookDeliveries } from './retry-webhook-deliveries.js'
import { setTarget } from './set-target.js'
import { testWebhookEndpoint } from './test-webhook-endpoint.js'
import { tryUpstream } from './try-upstream.js'

/** Everything an operator can change, by the names that are written down. */
export const actions = {
  'acknowledge-payment-files': acknowledgePaymentFiles,
  'add-webhook-endpoint': addWebhookEndpoint,
  'approve-flow': approveFlow,
  'cancel-flow': cancelFlow,
  'cancel-task': cancelTask,
  'change-job': changeJob,
  'change-webhook-endpoint': changeWebhookEndpoint,
  'close-tasks': closeTasks,
  'discard-dead-letters': discardDeadLetters,
  'download-payment-file': downloadPaymentFile,
  'fill-target': fillTarget,
  'fire-job': fireJob,
  'hold-flow': holdFlow,
  'hold-target': holdTarget,
  'pause-handler': pauseHandler,
  'pause-job': pauseJob,
  'readdress-dead-letters': readdressDeadLetters,
  'record-restoration': recordRestoration,
  'recover-payment-run': recoverPaymentRun,
  'release-payment': releasePayment,
  'remove-target': removeTarget,
  'replay-stretch': replayStretch,
  'resume-flow': resumeFlow,
  'resume-handler': resumeHandler,
  'resume-job': resumeJob,
  'resume-target': resumeTarget,
  'retry-dead-letters': retryDeadLetters,
  'retry-tasks': retryTasks,
  'retry-webhook-deliveries': retryWebhookDeliveries,
  'set-target': setTarget,
  'test-webhook-endpoint': testWebhookEndpoint,
  'try-upstream': tryUpstream,
} as const

export type ActionName = keyof typeof actions
export const actionNames = Object.keys(actions) as ActionName[]

/** What an action is about. */
export type InputOf<Name extends ActionName> = Parameters<(typeof actions)[Name]['target']>[0]
/** What comes of it. */
export type ResultOf<Name extends ActionName> = Parameters<(typeof actions)[Name]['words']>[0]
