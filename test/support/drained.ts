/** Goes through to the end. @returns the last one; undefined where there is none */
export async function drained<T>(all: AsyncIterable<T>): Promise<T | undefined> {
  let last: T | undefined
  for await (const each of all) last = each
  return last
}
