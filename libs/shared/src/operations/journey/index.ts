export { Journeys } from './journeys.repository.js'
export type { ClaimState, Entry, EntryOf } from './journey.rules.js'
export { hasJourney, isReference, readJourney, taskNamed, type Journey } from './read-journey.js'
export { waitsFor, type HandlerOf, type Waiting } from './waits-for.rules.js'
