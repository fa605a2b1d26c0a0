export { provideOnce, startTopologyKeeper, type RunningTopologyKeeper } from './start-topology-keeper.js'
