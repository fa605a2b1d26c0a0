export { PrisonList, type Prison } from './prison-list.js'
export { Prisons } from './prisons.repository.js'
