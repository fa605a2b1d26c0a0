import { messages } from './messages/index.js'
import type { Message } from './subjects.js'

type Templates = Extract<Message, { readonly templates: readonly string[] }>['templates']

/** A template at Notify, by the part of its setting's name that follows `APVS_NOTIFY_`; the settings hold the ids. */
export type TemplateName = Templates[number]

/** The templates that the emails of all messages are made from, each once. */
export const templateNames: readonly TemplateName[] = [
  ...new Set(
    Object.values(messages).flatMap((message): readonly TemplateName[] =>
      'templates' in message ? message.templates : [],
    ),
  ),
]

/** The setting that holds the template's id. */
export const templateSetting = (name: TemplateName): string => `APVS_NOTIFY_${name}`
