import { describe, expect, it } from 'vitest'
import { NotifierSettings } from './notifier.settings.js'
import { templateNames } from '#shared/contracts'

const templates = Object.fromEntries(
  templateNames.map((name) => [`APVS_NOTIFY_${name}`, '00000001-1111-4222-8333-444400000001']),
)
const base = { ...templates, APVS_NOTIFY_API_KEY: 'key' }
const helpdesk = {
  APVS_ZENDESK_ENABLED: 'true',
  APVS_ZENDESK_API_URL: 'https://helpdesk.example.com',
  APVS_ZENDESK_API_KEY: 'secret',
  APVS_ZENDESK_EMAIL_ADDRESS: 'helpdesk@example.com',
}

describe('the settings of the notifier', () => {
  it('have no helpdesk, and no production, unless somebody says so', () => {
    const settings = new NotifierSettings({ ...base, APVS_ZENDESK_API_URL: 'not a url' })
    expect(settings.helpdesk).toBeUndefined()
    expect(settings.production).toBe(false)
    expect(settings.links).toEqual({
      requestInfoUrl: 'https://help-with-prison-visits-dev.service.justice.gov.uk/start-already-registered',
      technicalHelpUrl: 'https://help-with-prison-visits-dev.service.justice.gov.uk/technical-help',
    })
  })

  it('have a helpdesk where it is switched on', () => {
    const settings = new NotifierSettings({ ...base, ...helpdesk, APVS_ZENDESK_PROD_ENVIRONMENT: 'true' })
    expect(settings.production).toBe(true)
    expect(settings.helpdesk).toEqual({
      url: 'https://helpdesk.example.com',
      apiKey: 'secret',
      emailAddress: 'helpdesk@example.com',
      timeoutMs: 10_000,
      settleMs: 30_000,
    })
  })

  it.each(['APVS_ZENDESK_API_URL', 'APVS_ZENDESK_API_KEY', 'APVS_ZENDESK_EMAIL_ADDRESS'])(
    'need %s then',
    (name) => {
      expect(() => new NotifierSettings({ ...base, ...helpdesk, [name]: '' })).toThrow(
        `settings: ${name} is missing`,
      )
    },
  )

  it.each(Object.keys(templates))('need %s', (name) => {
    expect(() => new NotifierSettings({ ...base, [name]: undefined })).toThrow(`settings: ${name} is missing`)
  })

  it('call messages outside by the deployment’s name, where it has one', () => {
    expect(new NotifierSettings(base).outside('a.1')).toBe('a.1')
    expect(new NotifierSettings({ ...base, DEPLOYMENT: 'staging-2' }).outside('a.1')).toBe('staging-2.a.1')
    expect(() => new NotifierSettings({ ...base, DEPLOYMENT: 'Staging 2' })).toThrow('DEPLOYMENT')
  })

  it('remember an email for as long as Notify does, less two hours', () => {
    const hours = 3_600_000
    expect(new NotifierSettings(base).rememberedMs).toBe(166 * hours)
    expect(new NotifierSettings({ ...base, NOTIFY_RETENTION_DAYS: '3' }).rememberedMs).toBe(70 * hours)
  })
})
