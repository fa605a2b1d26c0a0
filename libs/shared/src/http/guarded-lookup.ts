import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { OwnError } from '../logging/index.js'
import { kindOfAddress, type AddressKind } from './called-address.js'

/** Finds the addresses of a name. */
export type Resolve = (name: string, found: (error: Error | null, addresses: LookupAddress[]) => void) => void

export const resolveBySystem: Resolve = (name, found) => systemLookup(name, { all: true }, found)

/** A name has an address that nobody may have us call, or none at all. */
class AddressRefused extends OwnError {
  override readonly name = 'AddressRefused'
}

/**
 * Finds the addresses that a connection is made to, and refuses all of a name's if one of them is not of the kind that is
 * allowed. It is asked by the connection itself: between the look and the call no name can change its answer.
 * @param onRefused told where there is no connection for that reason
 */
export const guardedLookup =
  (allowed: readonly AddressKind[], resolve: Resolve, onRefused: () => void): LookupFunction =>
  (name, options, callback) => {
    resolve(name, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const [first] = addresses
      if (!first || !addresses.every(({ address }) => allowed.includes(kindOfAddress(address)))) {
        onRefused()
        return callback(new AddressRefused('the address is refused'), '', 0)
      }
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
