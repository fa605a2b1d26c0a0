import { serviceNames } from '../../apps/index.js'

const services = Object.fromEntries(serviceNames.map((name) => [name, `apps/${name}/src/main.js`]))

/** What the image can run, and where each begins, below the build's folder. */
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
  simulators: 'testing/simulators/main.js',
  issuer: 'testing/simulators/issuer/main.js',
  'submit-claims': 'tools/demo/submit-claims.js',
  'nats-secrets': 'tools/demo/make-secrets.js',
}

/** What is bundled together, by the folder of the build that it goes to. */
export const bundles = {
  /** The image has these. */
  programs: {
    programs: {
      ...programs,
      // All services in one process.
      services: 'tools/together/main.js',
    },
    // The clock, so that a test finds that of a service which it starts.
    modules: { launch: 'tools/launch/main.js', clock: 'libs/shared/src/clock/index.js' },
  },
  demo: {
    programs: { ...demoPrograms, demo: 'tools/demo/main.js', start: 'tools/start/main.js' },
    modules: {},
  },
} as const satisfies Record<string, Bundle>

export interface Bundle {
  readonly programs: Readonly<Record<string, string>>
  /** What is to stand in just this file: it loads a program beside it, or is imported from outside. */
  readonly modules: Readonly<Record<string, string>>
}
