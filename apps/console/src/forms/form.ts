import type { DatabaseConnection } from '#shared/database'

/** What is typed or chosen; `yes` or nothing of what is either so or not. */
export type Values = Readonly<Record<string, string | readonly string[]>>

/** A part of an action's input, as somebody says it. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly hint?: string
  /** Typed; one of the options; any of them; or yes and no. */
  readonly kind: 'text' | 'one' | 'some' | 'yes'
  readonly options?: readonly string[]
  /** With nothing typed it is none. */
  readonly mayBeNone?: true
}

/** What a form is about, as it stands. */
export interface About {
  /** In a few words; nothing of what is not there yet. */
  readonly subject?: string
  /** What is to be known first. */
  readonly note?: string
  /** What is said without being typed. */
  readonly fixed: Readonly<Record<string, unknown>>
  readonly fields: readonly Field[]
  /** Nothing of what is not there yet. */
  readonly is: Values
  /** The action is told all of it, also what stays as it is. */
  readonly isWhole?: true
}

/** An action that is said by a form; what it comes to is then looked at like any action. */
export interface Form {
  /** All that it may say. */
  readonly fields: readonly Field[]
  /**
   * @param given what the action is to be about, as far as it is known
   * @throws Refusal where there is nothing that it could be about
   */
  about(given: Readonly<Record<string, unknown>>, connection: DatabaseConnection): Promise<About>
}
