import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEndpoints } from '#shared/operations'
import { Targets } from '#shared/provisioning'
import { ConsoleWorld } from '../../test/support/console-world.js'
import type { Visitor } from '../../test/support/visitor.js'

let world: ConsoleWorld
beforeAll(async () => {
  world = await ConsoleWorld.start({ services: [] })
}, 120_000)
afterAll(() => world.stop())

const lastAction = () =>
  world.system.connection.db
    .selectFrom('AsyncSchema.OperatorAction')
    .select(['Person', 'Action', 'State', 'Reason', 'Target', 'Outcome'])
    .orderBy('ActionId', 'desc')
    .executeTakeFirst()
const endpoint = async (name: string) => (await readEndpoints(world.system.connection, name))[0]
const target = (name: string) => new Targets(world.system.connection).named(name)
const form = (name: string, input?: object) =>
  `/form/${name}${input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''}`
const operator = (path: string) => world.signedIn('ada-viewer-operator', path)
const linkOf = ({ text }: Visitor, words: string): string => {
  const [, href = ''] = new RegExp(`href="([^"]+)"[^>]*>${words}<`).exec(text) ?? []
  return href.replaceAll('&amp;', '&')
}
/** What an action is said to be about, below its title. */
const summaryIn = ({ text }: Visitor): string[] =>
  [...text.matchAll(/class="govuk-summary-list__value">([^<]*)</g)].map(([, said = '']) => said)

const statistics = {
  ...{ name: 'statistics', address: 'https://statistics.example.org/hwpv', events: 'claim.paid' },
  secret: 'statistics',
}

describe('an endpoint', () => {
  it('is added by a form: what does not fit is said at its field, with what was typed kept', async () => {
    const visitor = await operator('/webhooks')
    await visitor.get(world.at(linkOf(visitor, 'Add an endpoint')))
    const before = await lastAction()
    const typed = { ...statistics, name: 'Statistics!', address: 'http://statistics.example.org/' }
    await visitor.submit('/form/add-webhook-endpoint', { ...typed, events: 'nothing.of-ours', token: 'yes' })
    expect(visitor.status).toBe(400)
    for (const [id, words] of [
      ['name', 'Name must be small letters, digits and hyphens, 50 at most.</a>'],
      ['address', 'Address must begin with https://.</a>'],
      ['events', 'Events '],
    ] as const) {
      expect(visitor.text).toContain(`<a href="#field-${id}">${words}`)
      expect(visitor.text).toContain(`id="field-${id}-error"`)
    }
    for (const kept of [
      'value="Statistics!"',
      'value="statistics"',
      'name="token" type="checkbox" value="yes" checked',
    ])
      expect(visitor.text).toContain(kept)
    expect(await lastAction()).toEqual(before)
  })

  it('then is looked at, said otherwise, and done with a reason', async () => {
    const visitor = await operator(form('add-webhook-endpoint'))
    await visitor.submit('/form/add-webhook-endpoint', { ...statistics, token: '' })
    expect([visitor.status, new URL(visitor.url).pathname]).toEqual([200, '/do/add-webhook-endpoint'])
    expect(visitor.text).toContain('It would come to: <strong>added: webhook endpoint statistics</strong>')
    await visitor.get(world.at(linkOf(visitor, 'Say it otherwise')))
    expect(visitor.text).toContain('value="claim.paid" checked')
    await visitor.submit('/form/add-webhook-endpoint', { ...statistics, token: '' })
    await visitor.submit('/do/add-webhook-endpoint', { reason: 'change 4711' })
    expect(await lastAction()).toMatchObject({
      ...{
        Person: 'ada-viewer-operator',
        Action: 'add-webhook-endpoint',
        State: 'DONE',
        Reason: 'change 4711',
      },
    })
    expect(await endpoint('statistics')).toMatchObject({
      events: ['claim.paid'],
      secrets: ['statistics'],
      token: false,
    })
  })

  it('that another one has the name of is said at the name', async () => {
    const visitor = await operator(form('add-webhook-endpoint'))
    await visitor.submit('/form/add-webhook-endpoint', { ...statistics, secret: 'other', token: '' })
    expect(visitor.status).toBe(400)
    expect(visitor.text).toContain('<a href="#field-name">There is another endpoint statistics.</a>')
    expect(visitor.text).toContain('value="other"')
  })

  it('is changed in what is other than it was shown, and in nothing else', async () => {
    const [one, other] = [await operator('/webhooks/statistics'), await operator('/webhooks/statistics')]
    for (const each of [one, other]) await each.get(world.at(linkOf(each, 'Change it')))
    const shown = {
      address: statistics.address,
      events: 'claim.paid',
      secret: 'statistics',
      otherSecret: '',
      token: '',
    }
    const say = async (visitor: Visitor, typed: Record<string, string>, reason: string) => {
      await visitor.submit('/form/change-webhook-endpoint', { ...shown, ...typed })
      expect(summaryIn(visitor)).toEqual(Object.values(typed))
      await visitor.submit('/do/change-webhook-endpoint', { reason })
    }
    await say(one, { address: 'https://statistics.example.org/moved' }, 'moved')
    await say(other, { otherSecret: 'statistics.2027' }, 'rotation')
    expect(await lastAction()).toMatchObject({
      Action: 'change-webhook-endpoint',
      State: 'DONE',
      Reason: 'rotation',
    })
    expect(await endpoint('statistics')).toMatchObject({
      ...{ address: 'https://statistics.example.org/moved', secrets: ['statistics', 'statistics.2027'] },
    })
  })

  it('that is to stay as it is is not to be changed', async () => {
    const visitor = await operator(form('change-webhook-endpoint', { name: 'statistics' }))
    const is = await endpoint('statistics')
    await visitor.submit('/form/change-webhook-endpoint', {
      ...{ address: is?.address ?? '', events: 'claim.paid', secret: 'statistics', token: '' },
      otherSecret: 'statistics.2027',
    })
    expect(visitor.status).toBe(400)
    expect(visitor.text).toContain('Nothing of it is other than it was.')
  })

  it('whose address is of this machine is refused, and no second secret is none', async () => {
    const visitor = await operator(form('change-webhook-endpoint', { name: 'statistics' }))
    const typed = { events: 'claim.paid', secret: 'statistics.2027', otherSecret: '', token: '' }
    await visitor.submit('/form/change-webhook-endpoint', { ...typed, address: 'http://localhost:8080/' })
    expect([visitor.status, visitor.text]).toEqual([
      400,
      expect.stringContaining(
        '<a href="#field-address">The address must be of another machine than this one.</a>',
      ),
    ])
    await visitor.submit('/form/change-webhook-endpoint', { ...typed, address: statistics.address })
    expect(summaryIn(visitor)).toEqual(expect.arrayContaining([statistics.address, 'none']))
    await visitor.submit('/do/change-webhook-endpoint', { reason: 'rotated' })
    expect((await endpoint('statistics'))?.secrets).toEqual(['statistics.2027'])
  })

  it('that has ended is taken up again, with the events that it is to get', async () => {
    const visitor = await operator('/do/change-webhook-endpoint?input={"name":"statistics","state":"ended"}')
    expect(visitor.text).not.toContain('Say it otherwise')
    await visitor.submit('/do/change-webhook-endpoint', { reason: 'unread' })
    await visitor.get(world.at('/webhooks/statistics'))
    await visitor.get(world.at(linkOf(visitor, 'Take it up again')))
    const typed = {
      address: 'https://statistics.example.org/again',
      secret: 'statistics.2027',
      otherSecret: '',
      token: '',
    }
    await visitor.submit('/form/change-webhook-endpoint', { ...typed, events: '' })
    expect(visitor.text).toContain('<a href="#field-events">Endpoint statistics has ended: say which events')
    await visitor.submit('/form/change-webhook-endpoint', { ...typed, events: 'claim.decided' })
    await visitor.submit('/do/change-webhook-endpoint', { reason: 'wanted again' })
    expect(await endpoint('statistics')).toMatchObject({ state: 'ACTIVE', events: ['claim.decided'] })
  })
})

const how = { wsdl: 'https://gias.example.com/?wsdl', format: 'default', kinds: 'user', credentials: 'gias' }
const gias = { target: 'gias', ...how }

describe('a target', () => {
  it('is set up by a form, and by nobody a second time', async () => {
    const visitor = await operator('/targets')
    await visitor.get(world.at(linkOf(visitor, 'Set up a target')))
    await visitor.submit('/form/set-target', { ...gias, wsdl: 'gias', format: '', kinds: '', addressed: '' })
    for (const words of [
      'WSDL must be an address',
      'Format must be one of default, collect, s2s',
      'Told of must have at least one',
    ])
      expect([words, visitor.text.includes(words)]).toEqual([words, true])
    const second = await operator(form('set-target'))
    for (const each of [visitor, second]) await each.submit('/form/set-target', { ...gias, addressed: '' })
    await visitor.submit('/do/set-target', { reason: 'it is to know' })
    expect(await target('gias')).toMatchObject({ credentials: 'gias', kinds: ['user'], addressed: false })
    // Both were shown that it would be new.
    await second.submit('/do/set-target', { reason: 'it is to know' })
    expect(await lastAction()).toMatchObject({ State: 'FAILED', Outcome: 'there is another target gias' })
    await second.get(world.at(form('set-target')))
    await second.submit('/form/set-target', { ...gias, addressed: '' })
    expect(second.text).toContain('<a href="#field-target">There is another target gias.</a>')
  })

  it('is changed in what is other than it was shown, and in nothing else', async () => {
    const [one, other] = [await operator('/targets/gias'), await operator('/targets/gias')]
    for (const each of [one, other]) await each.get(world.at(linkOf(each, 'Change it')))
    const say = async (visitor: Visitor, typed: object) => {
      await visitor.submit('/form/set-target', { ...how, addressed: '', ...typed })
      await visitor.submit('/do/set-target', { reason: 'moved' })
    }
    await say(one, { wsdl: 'https://gias.example.com/moved?wsdl' })
    await say(other, { addressed: 'yes', credentials: '' })
    expect(await lastAction()).toMatchObject({ Action: 'set-target', State: 'DONE' })
    expect(await target('gias')).toMatchObject({
      ...{ wsdl: 'https://gias.example.com/moved?wsdl', addressed: true, credentials: null },
    })
  })
})

describe('a form', () => {
  it('is looked at by whoever may not do it, and tells them', async () => {
    const visitor = await world.signedIn('bob-viewer', form('add-webhook-endpoint'))
    expect(visitor.text).toContain('This is for the role operator')
    expect(visitor.text).not.toContain('See what it would come to')
  })

  it.each([
    form('pause-handler'),
    form('change-webhook-endpoint', { name: 'nobody' }),
    form('change-webhook-endpoint'),
    form('set-target', { target: 'nobody', isNew: false }),
  ])('is not there of what is not: %s', async (path) => {
    expect((await operator(path)).status).toBe(404)
  })

  it('of somebody else’s is refused, and what it says is text', async () => {
    const visitor = await operator(
      form('add-webhook-endpoint', { name: '<script>alert(1)</script>', events: 7 }),
    )
    expect(visitor.text).toContain('&lt;script&gt;')
    expect(visitor.text).not.toContain('<script>alert')
    await visitor.post(world.at('/form/add-webhook-endpoint'), { ...statistics, _token: 'guessed' })
    expect([visitor.status, visitor.text.includes('not one of yours')]).toEqual([403, true])
  })
})
