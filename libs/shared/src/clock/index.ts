export * from './age.js'
export * from './clock.js'
export * from './london-time.js'
export * from './stale-times.js'
