import { subjectKinds, targetFormats } from '#shared/contracts'
import { Targets } from '#shared/provisioning'
import { Refusal } from '../http/request.js'
import type { Field, Form } from './form.js'

const name: Field = {
  ...{ name: 'target', label: 'Name', kind: 'text' },
  hint: 'What it is called here: small letters, digits and hyphens',
}
const fields: readonly Field[] = [
  {
    ...{ name: 'wsdl', label: 'WSDL', kind: 'text' },
    hint: 'Where the system describes itself, over HTTPS, such as https://gias.example.com/service?wsdl',
  },
  { name: 'format', label: 'Format', kind: 'one', options: targetFormats },
  { name: 'kinds', label: 'Told of', kind: 'some', options: subjectKinds },
  {
    ...{ name: 'credentials', label: 'Credentials', kind: 'text', mayBeNone: true },
    hint: 'What its user name and password are called in the provisioner’s file; nothing where it asks for none',
  },
  { name: 'addressed', label: 'Requests say where they go and what they want (WS-Addressing)', kind: 'yes' },
]

/** Of one that is there `isNew` is false; nothing is known of a new one. */
export const targetForm: Form = {
  fields: [name, ...fields],
  async about(given, connection) {
    if (given.isNew !== false)
      return { fixed: { isNew: true }, fields: [name, ...fields], is: {}, isWhole: true }
    const found =
      typeof given.target === 'string' ? await new Targets(connection).named(given.target) : undefined
    if (!found) throw new Refusal(404, 'there is no such target')
    const { wsdl, format, kinds, credentials, addressed } = found
    return {
      ...{
        subject: `target ${found.name}`,
        fixed: { target: found.name, isNew: false },
        fields,
        isWhole: true,
      },
      is: { wsdl, format, kinds, credentials: credentials ?? '', addressed: addressed ? 'yes' : '' },
      note: 'It is told at once of all that it has not confirmed, and goes on where it is held because it failed.',
    }
  },
}
