export { scriptsFolder } from './scripts-folder.js'
export { sqlScripts } from './scripts.js'
