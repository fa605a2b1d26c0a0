/** Not among the services that work: it handles no messages, and takes what people send. */
export const service = { name: 'console', port: 3108 } as const
