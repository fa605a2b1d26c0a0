import { describe, expect, it } from 'vitest'
import { digestText, type News } from './digest.rules.js'

const letters = (count: number, handler: string, reason: string): News[] =>
  Array.from({ length: count }, () => ({ kind: 'dead-letter', handler, reason }))
const daily: News = { kind: 'missed-job', job: 'daily', date: '2026-11-20' }

describe('what the chat is told', () => {
  it('counts by handler and reason, the most frequent first, with the commands to run', () => {
    const news = [
      ...letters(1, 'check-benefit', 'dwp-fault-LSCBC210'),
      ...letters(97, 'send-email', 'notify-400'),
      ...letters(2, 'send-email', 'notify-403'),
    ]
    expect(digestText(news, 'docs/runbook.md').split('\n')).toEqual([
      '*Help with Prison Visits*',
      '100 dead letters:',
      '• 97 × send-email, notify-400: `npm run ops -- dead-letters list --consumer send-email --reason notify-400`',
      '• 2 × send-email, notify-403: `npm run ops -- dead-letters list --consumer send-email --reason notify-403`',
      '• 1 × check-benefit, dwp-fault-LSCBC210: `npm run ops -- dead-letters list --consumer check-benefit --reason dwp-fault-LSCBC210`',
      'What to do: docs/runbook.md#there-are-dead-letters',
    ])
  })

  it('says once that a job was missed', () => {
    expect(digestText([daily, { ...daily }], 'https://runbook.example.com').split('\n')).toEqual([
      '*Help with Prison Visits*',
      'Job missed: daily of 2026-11-20, too late to catch up. If it is still wanted: `npm run ops -- fire daily --date 2026-11-20`',
      'What to do: https://runbook.example.com#a-job-did-not-run',
    ])
  })

  it('says what came of an import of the prison register', () => {
    const imported: News = { kind: 'prison-register', flow: 12, changed: 4, closed: 1, failed: 0 }
    expect(digestText([imported], 'r').split('\n').slice(1)).toEqual([
      'Prison register imported: 4 prisons changed, 1 of them closed.',
    ])
    expect(
      digestText([{ ...imported, failed: 3 }], 'r')
        .split('\n')
        .slice(1),
    ).toEqual([
      'Prison register imported: 4 prisons changed, 1 of them closed; 3 could not be taken in: `npm run ops -- flows show 12`',
      'What to do: r#a-prison-register-was-refused',
    ])
    const refused: News = { ...imported, changed: 0, closed: 0, refused: 'register-cut' }
    expect(digestText([refused], 'r').split('\n').slice(1)).toEqual([
      'Prison register refused: register-cut. Nothing was changed: `npm run ops -- flows show 12`',
      'What to do: r#a-prison-register-was-refused',
    ])
  })

  it('says that an endpoint said that it is gone', () => {
    expect(
      digestText([{ kind: 'ended-endpoint', endpoint: 'statistics' }], 'r')
        .split('\n')
        .slice(1),
    ).toEqual([
      'Webhook endpoint gone: statistics. Nothing is sent there any more: `npm run ops -- webhooks show statistics`',
      'What to do: r#a-webhook-endpoint-is-held-or-gone',
    ])
  })

  it('counts what reached nobody by channel, template and state', () => {
    const failed = (count: number, channel: 'email' | 'sms', template: string): News[] =>
      Array.from({ length: count }, () => ({
        ...{ kind: 'failed-notification', channel, template, state: 'permanent-failure' },
      }))
    expect(
      digestText([...failed(1, 'sms', 'code'), ...failed(3, 'email', 'decided')], 'r').split('\n'),
    ).toEqual([
      '*Help with Prison Visits*',
      '4 notifications reached nobody:',
      '• 3 × email, decided: permanent-failure',
      '• 1 × text message, code: permanent-failure',
      'What to do: r#a-notification-reached-nobody',
    ])
    const many = Array.from({ length: 40 }, (_, n) => failed(1, 'email', `template-${n}`)).flat()
    const lines = digestText([...many, ...letters(1, 'send-email', 'notify-400')], 'r').split('\n')
    expect(lines.slice(3, 4)).toEqual(['40 notifications reached nobody:'])
    expect(lines.slice(-2)).toEqual(['• 25 of other templates', 'What to do: r#there-are-dead-letters'])
  })

  it('passes on nothing that is no code of this project', () => {
    const text = digestText(
      [
        ...letters(1, 'send-email', 'sian@example.com could not be found'),
        ...letters(1, 'send-email', `x'; drop`),
        ...letters(1, 'Siân Prosser', 'notify-400'),
        ...letters(1, 'send-email', ''),
        ...letters(1, 'constructor', '<!channel>'),
        ...letters(1, 'send-email', 'a'.repeat(81)),
      ],
      'r',
    )
    expect(text).not.toMatch(/sian|Siân|drop|channel>|constructor|aaa/)
    expect(text.split('\n').slice(1, 4)).toEqual([
      '6 dead letters:',
      '• 4 × send-email, no code: `npm run ops -- dead-letters list --consumer send-email`',
      '• 1 × unknown handler, notify-400: `npm run ops -- dead-letters list --reason notify-400`',
    ])
  })

  it('stays readable, and counts what it leaves out', () => {
    const news = Array.from({ length: 40 }, (_, kind) =>
      letters(kind + 1, 'send-email', `code-${kind}`),
    ).flat()
    const lines = digestText(news, 'r').split('\n')
    expect(lines).toHaveLength(19)
    expect(lines[1]).toBe('820 dead letters:')
    const counts = lines.slice(2, 18).map((line) => Number(/^• (\d+)/.exec(line)?.[1]))
    expect(counts.reduce((all, count) => all + count, 0)).toBe(820)
    expect(lines[17]).toBe('• 325 of 25 more kinds: `npm run ops -- dead-letters list`')
  })
})
