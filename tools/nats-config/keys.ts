import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nkeys } from '@nats-io/nats-core'
import { keyVariable, systemUser, userNames } from './user-names.js'

type KeyOwner = Parameters<typeof keyVariable>[0]
const owners: readonly KeyOwner[] = [...userNames, systemUser]

/** Where `makeKeys` keeps what `NATS_NKEY_SEED_FILE` names. */
export const seedFile = (folder: string, user: KeyOwner): string => join(folder, `${user}.nk`)

/** The variables of nats-server, in a file that `docker run --env-file` and a shell take. */
export const publicKeysFile = (folder: string): string => join(folder, 'public-keys.env')

/**
 * Makes a key for each user that has none yet in the folder, which is made if need be, and writes down the public
 * ones. Repeating is safe: no seed is ever written over.
 * @returns the public keys by the server's variable, and the users whose keys are new
 */
export function makeKeys(folder: string): { publicKeys: Record<string, string>; made: KeyOwner[] } {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const made = owners.filter((user) => makeSeed(seedFile(folder, user)))
  const publicKeys = Object.fromEntries(
    owners.map((user) => [keyVariable(user), publicKeyOf(seedFile(folder, user))]),
  )
  const lines = Object.entries(publicKeys).map(([name, key]) => `${name}=${key}\n`)
  writeFileSync(publicKeysFile(folder), lines.join(''))
  return { publicKeys, made }
}

function makeSeed(file: string): boolean {
  if (existsSync(file)) {
    chmodSync(file, 0o600)
    return false
  }
  // Made, never replaced: another process may be at it too.
  writeFileSync(file, nkeys.createUser().getSeed(), { mode: 0o600, flag: 'wx' })
  return true
}

/** @throws where the file holds no seed */
function publicKeyOf(file: string): string {
  try {
    return nkeys.fromSeed(new TextEncoder().encode(readFileSync(file, 'utf8').trim())).getPublicKey()
  } catch {
    throw new Error(`${file} holds no seed: nothing was changed in it`)
  }
}
