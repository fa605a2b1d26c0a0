export { runServices, stopMs, type ServiceDefinition } from './run-services.js'
export { ENVIRONMENT, type ServiceOptions } from './service-options.js'
export { SharedModule } from './shared.module.js'
export { startService, type RunningService } from './start-service.js'
