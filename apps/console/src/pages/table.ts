/** A text, or a text with what it leads to or how it is marked. */
export type Cell =
  | string
  | number
  | null
  | {
      readonly text?: string
      /** By which other pages lead to it. */
      readonly id?: string
      readonly href?: string
      /** What it leads to, for who hears only the link. */
      readonly label?: string
      readonly tag?: string
      readonly hint?: string
      readonly links?: readonly { readonly text: string; readonly href: string; readonly label?: string }[]
    }

/** A table as the templates draw it. */
export interface Table {
  readonly caption: string
  readonly headings: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}
