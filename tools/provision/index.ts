export { provideOnce, startProvisioner, type RunningProvisioner } from './start-provisioner.js'
