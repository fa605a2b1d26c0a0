import { manifestPrefix, paymentFileOf, stampOfManifest } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { PaidRuns, readRuns, withDocumentStore } from '#shared/operations'
import { storedPaymentFiles } from '#shared/payments'
import { ENVIRONMENT } from '#shared/config'
import { change } from '../change.js'
import type { OpsContext, Run } from '../command.js'
import { OpsFailure } from '../failures.js'
import { paymentRunLines } from '../payments/payment-run.text.js'
import { paymentsArguments, type PaymentsArguments } from '../payments/payments.arguments.js'
import { recoveredLines, unknownLines } from '../payments/recovery.text.js'

type Given<Action extends PaymentsArguments['action']> = Extract<PaymentsArguments, { action: Action }>

/**
 * Prints a day's payment runs: state, what they pay, their files and what was left out. After a restore of the
 * database: what the document store has and the database does not, and its recovery. No bank data is printed.
 */
export const payments: Run = async (args, context) => {
  const given = paymentsArguments(args)
  if (given.action === 'show') await show(given, context)
  else if (given.action === 'unknown') await unknown(given, context)
  else if (given.action === 'recover') await recover(given, context)
  else if (given.action === 'acknowledge') await acknowledge(given, context)
  else await release(given, context)
}

function show({ date, json }: Given<'show'>, { looking, print }: OpsContext): Promise<void> {
  return looking(async (parts) => {
    const days = await readRuns(new PaidRuns(parts.get(DatabaseConnection)), date)
    if (!days.length) throw new OpsFailure(`no payment run is known for ${date}`)
    for (const [place, day] of days.entries()) {
      if (json) print(JSON.stringify(day))
      else [...(place ? [''] : []), ...paymentRunLines(day)].forEach(print)
    }
  })
}

const unknown = ({ json }: Given<'unknown'>, { looking, print }: OpsContext): Promise<void> =>
  looking((parts) =>
    withDocumentStore(parts.get(ENVIRONMENT), async (store) => {
      const { unknown: names } = await storedPaymentFiles(store, parts.get(DatabaseConnection))
      const told = new Set((await store.list(manifestPrefix())).map(stampOfManifest))
      const files = names.map((name) => ({
        name,
        manifest: told.has(paymentFileOf(name)?.stamp),
      }))
      if (json) print(JSON.stringify({ files }))
      else unknownLines(files).forEach(print)
    }),
  )

const recover = ({ stamp, json, given }: Given<'recover'>, context: OpsContext): Promise<void> =>
  context.looking(async (parts) => {
    const { result } = await change(context, parts, {
      name: 'recover-payment-run',
      input: { stamp },
      given,
    })
    if (json) context.print(JSON.stringify({ dryRun: given.dryRun, ...result }))
    else recoveredLines(result, given.dryRun).forEach(context.print)
  })

const acknowledge = ({ file, json, given }: Given<'acknowledge'>, context: OpsContext): Promise<void> =>
  context.looking(async (parts) => {
    const { result } = await change(context, parts, {
      name: 'acknowledge-payment-files',
      input: { file },
      given,
    })
    if (json) return context.print(JSON.stringify({ dryRun: given.dryRun, ...result }))
    for (const name of result.files)
      context.print(`${given.dryRun ? 'would be' : 'now'} known, and pays nobody: ${name}`)
  })

const release = ({ payment, json, given }: Given<'release'>, context: OpsContext): Promise<void> =>
  context.looking(async (parts) => {
    const changed = await change(context, parts, { name: 'release-payment', input: payment, given })
    if (json) context.print(JSON.stringify({ dryRun: given.dryRun, ...changed.result }))
    else context.print(given.dryRun ? changed.words : `now ${changed.words}`)
  })
