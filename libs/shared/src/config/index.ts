export { ENVIRONMENT } from './environment.js'
export { defaultOf, factsOf, isNeeded, setting, type SettingFacts, type SettingsGroup } from './setting.js'
export {
  checkSettings,
  flag,
  hundredths,
  isNear,
  optionalText,
  readSettings,
  SettingsError,
  text,
  textOr,
  wholeNumber,
  wholeNumberIn,
  type Environment,
} from './settings.js'
export { WatchedFile, type WatchedFileOptions } from './watched-file.js'
