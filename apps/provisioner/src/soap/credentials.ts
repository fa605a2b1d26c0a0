import { readFile } from 'node:fs/promises'
import { z } from 'zod'

export interface Credentials {
  readonly username: string
  readonly password: string
}

const credentials = z.object({ username: z.string().min(1), password: z.string() })
/** One that is wrong keeps nobody from the others. */
const content = z.record(z.string(), z.unknown())

/**
 * The credentials of a name, as the file has them at this moment: what is changed there holds from the next request on. Undefined
 * where there are none that can be used.
 */
export async function readCredentials(
  file: string | undefined,
  name: string,
): Promise<Credentials | undefined> {
  if (file === undefined) return undefined
  try {
    const all = content.parse(JSON.parse(await readFile(file, 'utf8')))
    return Object.hasOwn(all, name) ? credentials.safeParse(all[name]).data : undefined
  } catch {
    return undefined
  }
}
