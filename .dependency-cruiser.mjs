// Which file may import which: the floors of the house, and no circle anywhere, not even of types.

/**
 * The rooms of `libs/shared/src` from the ground up. A room imports from the floors below its own; rooms of one floor do
 * not know each other, and so `database` and `messaging` never do.
 */
const rooms = [
  ['contracts', 'logging'],
  ['clock', 'config'],
  ['telemetry'],
  ['database', 'http'],
  ['messaging', 'unit-of-work'],
  ['claims', 'documents', 'flows', 'jobs', 'prisons', 'service', 'webhooks'],
  ['payments', 'provisioning'],
  ['operations'],
]

/** The parts of messaging, likewise. */
const partsOfMessaging = [
  ['broker', 'handlers'],
  ['control', 'dead-letters', 'publish', 'topology'],
  ['consume'],
]

/** No part of a service: tests, and the steps that list what it asks the database. */
const tests = '[.](test|statements)[.]ts$'
const oneOf = (names) => `(${names.join('|')})`

/** No arrow up, nor to a neighbour: to be understood, a floor needs what is below it and nothing else. */
const floorsOf = (place, floors) =>
  floors.map((floor, level) => ({
    name: `floors: ${floor.join(', ')}`,
    comment: 'It imports from a floor above its own, or from a neighbour.',
    from: { path: `^${place}/${oneOf(floor)}/`, pathNot: tests },
    to: { path: `^${place}/${oneOf(floors.slice(level).flat())}/`, pathNot: `^${place}/$1/` },
  }))

const shared = 'libs/shared/src'

const rules = [
  { name: 'no circle', from: {}, to: { circular: true } },
  ...floorsOf(shared, rooms),
  ...floorsOf(`${shared}/messaging`, partsOfMessaging),
  {
    name: 'every room has a floor',
    comment: 'Say on which floor it is, in .dependency-cruiser.mjs.',
    from: { path: `^${shared}/(?!${oneOf(rooms.flat())}/)` },
    to: {},
  },
  {
    name: 'libraries stand alone',
    from: { path: '^libs/' },
    to: { path: '^(apps|testing|tools|test|bench)/' },
  },
  {
    name: 'services do not know their tools and stand-ins',
    from: { path: '^apps/', pathNot: tests },
    to: { path: '^(testing|tools|test|bench)/' },
  },
  {
    name: 'apps never import each other',
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/[^/]+/', pathNot: '^apps/$1/' },
  },
]

export default {
  forbidden: rules.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    // Types are arrows as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'content' },
  },
}
