export { bounded } from './bounded.js'
export { HealthModule } from './health.module.js'
export { NotReady } from './not-ready.js'
export { ServiceState } from './service-state.js'
