/** All services in one process. */
import { runServices } from '#shared/service'
import { services } from '../../apps/index.js'

await runServices(services)
