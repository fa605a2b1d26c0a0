export { memoryOf, processorTimeOf, processorTimeOfMachine } from './process-usage.js'
export { ServiceProcess, type ServiceProcessOptions } from './service-process.js'
export { obituary, serviceNames, Services, type ServicesOptions } from './services.js'
export { onStopSignal } from './signals.js'
