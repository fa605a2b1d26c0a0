/**
 * What a fault says. `there`: it has what it is to make. `not-there`: it has not what it is to change. `refused`: not this,
 * but whoever asks. The rest is about what was said: `temporary` passes, `permanent` does not.
 */
export type FaultMeaning = 'there' | 'not-there' | 'refused' | 'temporary' | 'permanent'

/**
 * Faults by the last part of their codes, in any case: the most particular code of a fault that is in here decides. Services
 * have codes of their own; one more is one more line. One that nobody knows is `temporary`: it is tried again, and comes
 * to people with its dead letter.
 */
export const faultMeanings: Readonly<Record<string, FaultMeaning>> = {
  alreadyexists: 'there',
  duplicate: 'there',
  notfound: 'not-there',
  doesnotexist: 'not-there',
  // WS-Security's own: user name, password, or a clock that is wrong.
  failedauthentication: 'refused',
  failedcheck: 'refused',
  invalidsecurity: 'refused',
  invalidsecuritytoken: 'refused',
  messageexpired: 'refused',
  securitytokenunavailable: 'refused',
  unsupportedsecuritytoken: 'refused',
  // WS-Addressing's: the WSDL says otherwise by now.
  actionnotsupported: 'refused',
  destinationunreachable: 'refused',
  endpointunavailable: 'temporary',
  // Of .NET services: an error nobody has caught, and what could not be read.
  internalservicefault: 'temporary',
  deserializationfailed: 'permanent',
  // SOAP's own: of 1.1, and of 1.2.
  client: 'permanent',
  sender: 'permanent',
  server: 'temporary',
  receiver: 'temporary',
  mustunderstand: 'permanent',
  versionmismatch: 'permanent',
  dataencodingunknown: 'permanent',
}

/** What a fault means whose codes are these, the general one first. */
export function meaningOf(codes: readonly string[]): FaultMeaning {
  const known = codes.flatMap((code) => {
    const name = lastPart(code)
    return Object.hasOwn(faultMeanings, name) ? [faultMeanings[name]] : []
  })
  return known.at(-1) ?? 'temporary'
}

/** A short code for people out of a fault's: nothing else of it is kept, for its words may quote anybody. */
export function reasonOf(codes: readonly string[]): string {
  const names = codes.map(lastPart).filter((name) => /^[a-z][a-z0-9-]{0,39}$/.test(name))
  return `target-fault-${names.at(-1) ?? 'unknown'}`
}

/** `a:Client.AlreadyExists` says `alreadyexists`. */
const lastPart = (code: string): string => code.trim().toLowerCase().split(/[:.]/).at(-1) ?? ''
