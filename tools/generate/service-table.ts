import { service as consoleService } from '../../apps/console/service.js'
import { services } from '../../apps/index.js'
import { table } from './pages.js'

/** What runs for good, and what for. */
export const serviceTable = (): string =>
  table(
    ['service', 'what it does'],
    [...services, consoleService].map(({ name, summary }) => [`[\`${name}\`](apps/${name})`, summary]),
  )
