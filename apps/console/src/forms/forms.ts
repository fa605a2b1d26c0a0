import type { ActionName } from '#shared/operations'
import { addEndpointForm, changeEndpointForm } from './endpoint-forms.js'
import type { Form } from './form.js'
import { targetForm } from './target-form.js'
import { wordsOf } from './values.js'

/** The actions that are said by a form. */
export const forms = {
  'add-webhook-endpoint': addEndpointForm,
  'change-webhook-endpoint': changeEndpointForm,
  'set-target': targetForm,
} as const satisfies Partial<Record<ActionName, Form>>

export type FormName = keyof typeof forms

/**
 * What an action is to be about in the words of its form, as labels and values, without what stays as it is. Nothing where no form
 * says it: a button says other things of it.
 */
export const saidByForm = (name: string, input: Readonly<Record<string, unknown>>): [string, string][] =>
  isForm(name) ? wordsOf(forms[name].fields, input) : []

export const isForm = (name: string): name is FormName => Object.hasOwn(forms, name)
