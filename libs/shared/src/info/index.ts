export { InfoModule } from './info.module.js'
