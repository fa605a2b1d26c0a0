import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertTasks, tasks } from '../../libs/client/src/index.js'
import { atNotify, TemplateFile, templates24 } from '../../test/support/notification-templates.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'

const { code, overdue, reminder } = templates24 as Required<typeof templates24>
if (!code || !overdue || !reminder) throw new Error('the file has other templates')

let system: System
let file: TemplateFile

beforeEach(async () => {
  file = new TemplateFile({ code, overdue, reminder })
  system = await System.start({ services: [], env: { NOTIFICATION_TEMPLATES: file.path } })
}, 120_000)
afterEach(async () => {
  await system.stop()
  file.remove()
})

const notify = () => system.simulators.notify
/** What the log says of templates, by its words. */
const said = (msg: string) =>
  system.logLines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.msg === msg)
    .map(({ template, words, reason }) => ({ template, words, reason }))
const unfit = 'a notification template does not fit'
const notCompared = 'notification templates were not compared with Notify’s'

describe('the file of templates, as the notifier starts', () => {
  it('is held against Notify’s own: what is missing, superfluous or not there is named', async () => {
    notify().setTemplates({
      ...atNotify({ code }),
      [overdue.id]: { type: 'email', fields: ['Name', 'services_url', 'organisation'] },
    })
    await system.startService('notifier')
    await until('they were compared', () => said(unfit).length === 2)
    expect(said(unfit)).toEqual([
      {
        template: 'overdue',
        words: 'fields missing in the file: organisation; fields superfluous in the file: requestsCount',
      },
      { template: 'reminder', words: 'Notify has no template of this id' },
    ])
    expect(said(notCompared)).toEqual([])
  })

  it.each([
    ['takes no connection', { kind: 'refuse' }, /^notify-/],
    ['is out', { kind: 'status', status: 503 }, /^notify-503$/],
    ['refuses the key', { kind: 'status', status: 403 }, /^notify-403$/],
  ] as const)('is taken as it is where Notify %s: that is said, and work goes on', async (_, how, reason) => {
    notify().misbehave(how)
    notify().setTemplates(atNotify({ code, overdue, reminder }))
    await system.startService('task-relay')
    await system.startService('notifier')
    await until('it is said', () => said(notCompared).length === 1)
    expect(said(notCompared)[0]?.reason).toMatch(reason)
    notify().behaveWell()
    const made = tasks.notification({
      ...{ template: 'code', to: '07700 900123', personalisation: { code: '4711' } },
    })
    await system.connection.db
      .transaction()
      .execute((trx) =>
        insertTasks(made, (_table, row) => trx.insertInto('IntSchema.Task').values(row).execute()),
      )
    await notify().waitForCalls(1)
    expect(notify().calls).toMatchObject([{ phone_number: '07700 900123' }])
  })
})
