import { AsyncLocalStorage } from 'node:async_hooks'

const scopes = new AsyncLocalStorage<string>()

/**
 * Does work, and whatever follows from it, as that of one service among several in this process. A service alone needs
 * no name for it: on Node 20 a context that follows each promise costs about a tenth of the processor time (ADR 24).
 */
export const asService = <T>(name: string, work: () => T): T => scopes.run(name, work)

/** Whose work is being done; undefined where the process has one service only. */
export const currentService = (): string | undefined => scopes.getStore()
