export { InfoModule } from './info.module.js'
export { ServiceInfo } from './service-info.js'
export { buildSchema } from './service-info.js'
