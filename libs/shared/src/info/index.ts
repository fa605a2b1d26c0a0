export { InfoModule } from './info.module.js'
export { ServiceInfo } from './service-info.js'
