import { describe, expect, it } from 'vitest'
import { fieldsIn, readTemplates, templateProblems } from './template-file.rules.js'

const id = 'f33517ff-2a88-4f6e-b855-c550268ce08a'
const email = { id, channel: 'email', fields: ['first name', 'code'] } as const

describe('the file of templates', () => {
  it('has each template by its key', () => {
    const entries = { decided: email, code: { id, channel: 'sms', fields: [], sender: id } }
    expect([...readTemplates(JSON.stringify(entries))]).toEqual(Object.entries(entries))
  })

  it.each([
    ['no json', 'settings: NOTIFICATION_TEMPLATES names a file that is no JSON'],
    ['[]', 'the whole'],
    [{ 'a b': email }, 'a b'],
    [{ code: { ...email, id: 'secret' } }, 'code.id'],
    [{ code: { ...email, channel: 'letter' } }, 'code.channel'],
    [{ code: { ...email, fields: [1] }, other: { id } }, 'code.fields.0, other.channel'],
    [{ code: { ...email, sender: id } }, 'code'],
    [{ code: { ...email, channel: 'sms', replyTo: id } }, 'code'],
    [{ code: { ...email, replyTo: 'a@example.org' } }, 'code.replyTo'],
  ])('is refused, and says where it is wrong and not what is there: %j', (content, where) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    const refusal = refusalOf(() => readTemplates(text))
    expect(refusal).toMatch(new RegExp(`${where.replaceAll('.', '\\.')}$`))
    expect(refusal).not.toMatch(/secret|example/)
  })

  const refusalOf = (read: () => unknown): string => {
    try {
      read()
      return 'nothing'
    } catch (error) {
      return (error as Error).message
    }
  }
})

describe('an entry', () => {
  it('fits Notify’s own, however the names are written', () => {
    expect(templateProblems(email, { type: 'email', fields: ['First_Name', 'CODE'] })).toEqual([])
  })

  it.each([
    [undefined, ['Notify has no template of this id']],
    [{ type: 'sms', fields: ['first name', 'code'] }, ['at Notify it is of the channel sms']],
    [
      { type: 'email', fields: ['code', 'date', 'town'] },
      ['fields missing in the file: date, town', 'fields superfluous in the file: first name'],
    ],
  ])('that does not says how: %j', (atNotify, problems) => {
    expect(templateProblems(email, atNotify)).toEqual(problems)
  })

  it('knows the gaps of a text', () => {
    const text = 'Dear ((first name)), ((isApprover??You may decide.)) ((code)) ((first name)) (no) (( ))'
    expect(fieldsIn(text)).toEqual(['first name', 'isApprover', 'code', ''])
  })
})
