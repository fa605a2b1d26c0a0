import { AsyncLocalStorage } from 'node:async_hooks'

/** Whether a piece of work has asked the upstream it depends on anything. */
export interface UpstreamUse {
  readonly upstream: string
  asked: boolean
}

const uses = new AsyncLocalStorage<UpstreamUse>()

/** Does the work; each `upstreamCall` to the use's upstream that ends within it is noted there. */
export const watchingUse = <T>(use: UpstreamUse, work: () => T): T => uses.run(use, work)

/** For work that somebody else does later, together with others': it is noted by whoever does it. */
export const currentUse = (): UpstreamUse | undefined => uses.getStore()

/** The upstream was asked. */
export function noteAsked(upstream: string, use = currentUse()): void {
  if (use?.upstream === upstream) use.asked = true
}
