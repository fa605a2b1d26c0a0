/** Before each file: what others have counted in its process is none of its. */
import { asService, countedRegistry } from '#shared/telemetry'
import { serviceNames } from '../../apps/index.js'

countedRegistry().resetMetrics()
for (const name of serviceNames) asService(name, () => countedRegistry().resetMetrics())
