import type { LocalTime } from '#shared/clock'

/** An invented person: none of these is anybody's name, address or number. */
export interface Person {
  readonly firstName: string
  readonly lastName: string
  readonly nino: string
  readonly dateOfBirth: LocalTime
}

/** Where somebody lives. */
export interface Home {
  readonly HouseNumberAndStreet: string
  readonly Town: string
  readonly County: string
  readonly PostCode: string
  readonly Country: string
}

/** As many claims as there are different national insurance numbers for. */
export const highestNumber = 1_999_999

const firstNames = [
  'Imogen',
  'Rufus',
  'Maren',
  'Tobias',
  'Odette',
  'Silas',
  'Bronwen',
  'Ansel',
  'Zoë',
  'Ewan',
]
const lastNames = ['Merriwick', 'Tallowby', 'Pennaway', 'Ormeston', 'Quillfoot', 'Underhay', 'Vexley']
const towns = ['Little Wrenning', 'Marlsea', 'Oxhaven', 'Saltmere', 'Thornwick']

const pick = (list: readonly string[], number: number): string => list[number % list.length] ?? ''
const digits = (number: number, length: number): string => String(number).padStart(length, '0')
const suffixes = 'ABCD'

/** National insurance numbers with the prefix QQ are never given to anybody. */
function nino(number: number): string {
  return `QQ${digits(number % 1_000_000, 6)}${suffixes[Math.floor(number / 1_000_000)]}`
}

const birthday = (number: number): LocalTime =>
  `19${60 + (number % 35)}-${digits(1 + (number % 12), 2)}-${digits(1 + (number % 28), 2)} 00:00:00.000`

export const visitorOf = (number: number): Person => ({
  firstName: pick(firstNames, number),
  lastName: pick(lastNames, number),
  nino: nino(number),
  dateOfBirth: birthday(number),
})

/** Somebody of the same household, with a number of their own. */
export const partnerOf = (number: number): Person => ({
  firstName: pick(firstNames, number + 3),
  lastName: pick(lastNames, number + 2),
  nino: nino(number + highestNumber + 1),
  dateOfBirth: birthday(number + 5),
})

/** ZZ is no postcode area. */
export const homeOf = (number: number): Home => ({
  HouseNumberAndStreet: `${1 + (number % 90)} Example Row`,
  Town: pick(towns, number),
  County: 'Wrenshire',
  PostCode: `ZZ${1 + (number % 99)} ${number % 10}ZZ`,
  Country: 'England',
})

/** The prisoner of each claim is another one, for nobody is visited for two claims on one day. */
export const prisonerOf = (number: number) => ({
  FirstName: pick(firstNames, number + 7),
  LastName: pick(lastNames, number + 4),
  DateOfBirth: birthday(number + 9),
  PrisonNumber: prisonNumber(number),
  NameOfPrison: 'hewell',
})

/** A letter, four digits, two letters, as prison numbers are; different for 6,760,000 numbers. */
function prisonNumber(number: number): string {
  const rest = Math.floor(number / 10_000)
  const letter = (place: number) => String.fromCharCode(65 + (place % 26))
  return `A${digits(number % 10_000, 4)}${letter(Math.floor(rest / 26))}${letter(rest)}`
}

/** Kept free for drama and the like by the regulator. */
export const phoneOf = (number: number): string => `07700 900${digits(number % 1_000, 3)}`
