export { Provisioner, type ProvisionerOptions } from './provisioner.js'
export { Reported } from './reported.js'
export { Topology, unfitOf, type Unfit } from './topology.js'
export { wantedConsumer, wantedStreams, controlStream } from './wanted.js'
