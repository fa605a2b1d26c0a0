import { it } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { OtlpReceiver } from '../simulators/index.js'
import { claimOfKind, submit, openClaims } from '../simulators/external-web-app/index.js'
import { Processes } from './support/processes.js'
import { treeOf } from './support/trace-tree.js'
import { until } from './support/until.js'
it('x', async () => {
  const clock = '2026-11-18 10:30:00'
  const receiver = await new OtlpReceiver().listen(0)
  const p = await Processes.start(
    {
      CLOCK_START: clock,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      LOG_LEVEL: 'debug',
    },
    ['task-relay', 'claim-completer', 'dwp-checker', 'notifier', 'daily-tasks'],
    { checkIssuedAt: false },
  )
  try {
    p.simulators.notify.misbehave({ kind: 'status', status: 500, when: { times: 1 } })
    const claim = claimOfKind('repeat-passing', 1, `${clock}.000`)
    await submit(p.database.connection, [claim, claimOfKind('first-time-car', 2, `${clock}.000`)])
    await until('done', async () => (await openClaims(p.database.connection)).size === 0, 30000)
    await p.simulators.notify.waitForCalls(3, 10000)
  } finally {
    console.log(await p.stop())
    writeFileSync('/tmp/tr/tree.txt', treeOf(receiver.spans).join('\n') + '\n' + receiver.requests)
    writeFileSync(
      '/tmp/tr/spans.json',
      JSON.stringify(receiver.spans, (_, v) => (typeof v === 'bigint' ? String(v) : v), 1),
    )
    await receiver.close()
  }
}, 120000)
