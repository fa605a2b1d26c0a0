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
  validation: 'permanent',
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
export const meaningOf = (codes: readonly string[]): FaultMeaning =>
  knownOf(codes.map(lastPart)).at(-1)?.meaning ?? 'temporary'

/**
 * A short code for people out of a fault's: the most particular one that is in here, and whether there is one beyond it. Nothing
 * else of a fault is kept, its codes neither: they are somebody else's words, and may be anybody's name.
 */
export function reasonOf(codes: readonly string[]): string {
  const names = codes.map(lastPart)
  const last = knownOf(names).at(-1)
  const words = [last?.name, last === undefined || last.name !== names.at(-1) ? 'unknown' : undefined]
  return ['target-fault', ...words.filter((word) => word !== undefined)].join('-')
}

const knownOf = (names: readonly string[]) =>
  names.flatMap((name) => {
    const meaning = Object.hasOwn(faultMeanings, name) ? faultMeanings[name] : undefined
    return meaning === undefined ? [] : [{ name, meaning }]
  })

/** `a:Client.AlreadyExists` says `alreadyexists`. */
const lastPart = (code: string): string => code.trim().toLowerCase().split(/[:.]/).at(-1) ?? ''
