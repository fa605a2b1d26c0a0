export { prisonByName, type Prison } from './prisons.js'
