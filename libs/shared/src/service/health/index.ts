export { bounded } from './bounded.js'
export { HealthModule } from './health.module.js'
export { KeptAnswer } from './kept-answer.js'
export { ServiceState } from './service-state.js'
