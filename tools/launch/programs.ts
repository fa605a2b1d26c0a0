import { serviceNames } from '../services/index.js'

/** Where each program that the image can run begins, below the build's folder. */
const services = Object.fromEntries(serviceNames.map((name) => [name, `apps/${name}/src/main.js`]))

/** In every image. */
export const programs: Readonly<Record<string, string>> = {
  ...services,
  console: 'apps/console/src/main.js',
  ops: 'apps/ops/src/main.js',
  migrate: 'tools/migrate/main.js',
  provision: 'tools/provision/main.js',
  'nats-keys': 'tools/nats-config/make-keys.js',
  healthy: 'tools/launch/healthy.js',
}

/** In the demonstration's image only: stand-ins, invented claims and certificates of no authority. */
export const demoPrograms: Readonly<Record<string, string>> = {
  simulators: 'simulators/main.js',
  'submit-claims': 'tools/demo/submit-claims.js',
  'nats-secrets': 'tools/demo/make-secrets.js',
}
