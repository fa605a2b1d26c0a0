import { z } from 'zod'
import { readSettings, textOr, type Environment, type SettingsGroup } from '#shared/config'
import { documentsSettingsGroup } from '#shared/documents'

const schema = z.object({
  PRISON_REGISTER_FILE: textOr('registers/prisons.csv', {
    words: 'the register of prisons, by its name in the document store',
  }),
})

export const settings: readonly SettingsGroup[] = [{ schema }, documentsSettingsGroup]

/** Domain: `prisons.md`. */
export class RegisterImporterSettings {
  /** The name of the register's file in the document store. */
  readonly file: string

  /** @throws SettingsError naming what is malformed */
  constructor(env: Environment) {
    this.file = readSettings(schema, env).PRISON_REGISTER_FILE
  }
}
