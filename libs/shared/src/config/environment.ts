/** The environment of a service, for the settings of its own. */
export const ENVIRONMENT = Symbol('environment')
