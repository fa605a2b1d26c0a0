import { describeError } from '../logging/index.js'
import type { OpenSpan, SpanOptions } from './tracing.js'

let lookUp: (() => OpenSpan | undefined) | undefined

/** For whoever keeps the current span: nobody does where traces are off. */
export function provideCurrentSpan(current: () => OpenSpan | undefined): void {
  lookUp = current
}

/** The span of the work at hand; undefined where there is none, or traces are off. */
export const currentSpan = (): OpenSpan | undefined => lookUp?.()

/** Runs work within a span, which ends with it; what it throws fails the span and goes on. */
export async function inSpan<T>(span: OpenSpan, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  try {
    return await span.within(() => work(span))
  } catch (error) {
    span.fail(failureCode(error))
    throw error
  } finally {
    span.end()
  }
}

/** The same in a span of its own within the current one; without one, just the work. */
export function inChildSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: OpenSpan | undefined) => Promise<T>,
): Promise<T> {
  const current = currentSpan()
  return current ? inSpan(current.child(name, options), work) : work(undefined)
}

/** A code out of an error: the reason it gives, or its class and code. Its message may quote a row. */
export function failureCode(error: unknown): string {
  const { name, code } = describeError(error)
  const reason = (error as { reason?: unknown } | undefined)?.reason
  const text = typeof reason === 'string' ? reason : code === undefined ? name : `${name}-${code}`
  return /^[\w.-]{1,80}$/.test(text) ? text : 'unexpected-error'
}
