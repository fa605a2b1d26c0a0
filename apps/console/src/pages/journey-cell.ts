import type { Cell } from './table.js'

/** What leads to its journey: a reference, or the name of a Task row. Empty where there is none. */
export const journeyCell = (asked: string | null | undefined, text?: string): Cell =>
  asked === null || asked === undefined
    ? ''
    : { text: text ?? asked, href: `/journey/${encodeURIComponent(asked)}` }
