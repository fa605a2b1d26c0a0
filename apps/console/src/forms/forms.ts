import type { ActionName } from '#shared/operations'
import { addEndpointForm, changeEndpointForm } from './endpoint-forms.js'
import type { Form } from './form.js'
import { targetForm } from './target-form.js'

/** The actions that are said by a form. */
export const forms = {
  'add-webhook-endpoint': addEndpointForm,
  'change-webhook-endpoint': changeEndpointForm,
  'set-target': targetForm,
} as const satisfies Partial<Record<ActionName, Form>>

export type FormName = keyof typeof forms

/** Whether what an action is to be about is what its form says: a button says other things of it. */
export const isSaidByForm = (name: string, input: object): boolean =>
  isForm(name) && forms[name].fields.some((field) => field.name in input)

export const isForm = (name: string): name is FormName => Object.hasOwn(forms, name)
