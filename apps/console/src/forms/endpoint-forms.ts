import { endpointState, eventNames } from '#shared/contracts'
import { readEndpoints, type EndpointStanding } from '#shared/operations'
import { Refusal } from '../http/request.js'
import type { Field, Form } from './form.js'

const name: Field = {
  ...{ name: 'name', label: 'Name', kind: 'text' },
  hint: 'What it is called here: small letters, digits and hyphens',
}
const address: Field = {
  ...{ name: 'address', label: 'Address', kind: 'text' },
  hint: 'Over HTTPS, of the public internet, such as https://statistics.example.org/hwpv',
}
const events: Field = { name: 'events', label: 'Events', kind: 'some', options: eventNames }
const secret: Field = {
  ...{ name: 'secret', label: 'Secret', kind: 'text' },
  hint: 'What it is called in the file of secrets, and not the secret itself',
}
const otherSecret: Field = {
  ...{ name: 'otherSecret', label: 'Second secret', kind: 'text', mayBeNone: true },
  hint: 'Valid, too, while one is changed; nothing where there is one alone',
}
const token: Field = { name: 'token', label: 'Send a bearer token, too', kind: 'yes' }

const ofNew = [name, address, events, secret, token]
const ofKnown = [address, events, secret, otherSecret, token]

export const addEndpointForm: Form = {
  fields: ofNew,
  about: () => Promise.resolve({ fixed: {}, fields: ofNew, is: {}, isWhole: true }),
}

export const changeEndpointForm: Form = {
  fields: ofKnown,
  async about(given, connection) {
    const [found] = typeof given.name === 'string' ? await readEndpoints(connection, given.name) : []
    if (!found) throw new Refusal(404, 'there is no such endpoint')
    const hasEnded = found.state === endpointState.ended
    return {
      ...{ subject: `webhook endpoint ${found.endpoint}`, is: standingOf(found) },
      fields: ofKnown,
      fixed: { name: found.endpoint, ...(hasEnded ? { state: 'active' } : {}) },
      note: hasEnded
        ? 'It has ended, and gets nothing. With this it gets again what happens from now on: say which events.'
        : 'With another address, secret or token, what it is to get next is tried at once.',
    }
  },
}

const standingOf = ({
  address: to,
  events: wanted,
  secrets: [first = '', second = ''],
  token: too,
}: EndpointStanding) => ({
  ...{ address: to, events: wanted, secret: first, otherSecret: second, token: too ? 'yes' : '' },
})
