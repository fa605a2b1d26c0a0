import { runServices } from '#shared/service'
import { service } from '../service.js'

await runServices([service])
