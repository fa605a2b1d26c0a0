export { consumersOf, serviceDefinitions } from './consumers.js'
export { followUpsIn } from './follow-ups.js'
export { makeKeys, seedFile } from './keys.js'
export { configFolder } from './config-folder.js'
export { publishedBy } from './published.js'
export {
  keyVariable,
  serviceNamed,
  systemUser,
  userNames,
  type ServiceName,
  type UserName,
} from './user-names.js'
export { usersConf } from './users-conf.js'
export { allPermissions, permissionsOf } from './users.js'
