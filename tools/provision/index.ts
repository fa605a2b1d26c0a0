export { startProvisioner, type RunningProvisioner } from './start-provisioner.js'
