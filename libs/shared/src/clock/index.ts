export * from './clock.js'
export * from './london-time.js'
