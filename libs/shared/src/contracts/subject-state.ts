import { targetNameShape, type SubjectKind } from './provisioning.js'

/** What a member holds. With `?` it may be null, or left out. */
type Word = 'text' | 'id' | 'number' | 'target'
type Member = Word | `${Word}?` | Members | readonly [Word | Members] | { readonly optional: readonly [Word] }
interface Members {
  readonly [name: string]: Member
}

const organisation = { id: 'id', urn: 'id?', uid: 'id?', localAuthorityCode: 'text?' } as const

/** What may be said of a subject, by its kind: the web apps' client and the service hold what they are given against it. */
export const subjectMembers = {
  user: {
    id: 'id?',
    username: 'text?',
    email: 'text?',
    firstName: 'text?',
    lastName: 'text?',
    /** 1: active. */
    status: 'number',
    /** Through which organisation it may use what, and as what there. One that is left out from now on is gone. */
    access: [{ target: 'target', organisation, roles: [{ id: 'id', code: 'text?' }] }],
  },
  role: {
    id: 'id',
    code: 'text?',
    name: 'text?',
    status: 'number',
    parentId: 'id?',
    parentCode: 'text?',
    /** Who is told; everybody who is told of roles, where it is left out. */
    targets: { optional: ['target'] },
  },
  organisation: {
    ...organisation,
    name: 'text?',
    /** 1 open, 2 closed, 3 closed but active, 4 proposed to open. */
    status: 'number?',
    category: 'text?',
    type: 'text?',
    establishmentType: 'text?',
    establishmentNumber: 'id?',
    localAuthorityName: 'text?',
    region: 'text?',
    telephone: 'text?',
    targets: { optional: ['target'] },
  },
} as const satisfies Record<SubjectKind, Members>

interface Words {
  text: string
  /** As systems number what they have; a text where a number would lose the noughts at its beginning. */
  id: string | number
  number: number
  target: string
}
type Held<M> = M extends `${infer W extends Word}?`
  ? Words[W] | null | undefined
  : M extends Word
    ? Words[M]
    : M extends readonly [infer Item]
      ? readonly Held<Item>[]
      : M extends { readonly optional: readonly [infer Item] }
        ? readonly Held<Item>[] | undefined
        : M extends Members
          ? StateOf<M>
          : never
type Lackable<M> = { [Name in keyof M]: undefined extends Held<M[Name]> ? Name : never }[keyof M]
type StateOf<M> = { readonly [Name in Exclude<keyof M, Lackable<M>>]: Held<M[Name]> } & {
  readonly [Name in Lackable<M>]?: Held<M[Name]>
}

/** All that is so of a subject of a kind. Personal data. */
export type SubjectStateOf<Kind extends SubjectKind> = StateOf<(typeof subjectMembers)[Kind]>

const longestText = 400
const longestId = 100
const mostInList = 1_000
/** No XML holds them. */
const unheld = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\p{Cs}\uFFFE\uFFFF]/u

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length <= most && !unheld.test(value)

const is: Readonly<Record<Word, (value: unknown) => boolean>> = {
  text: (value) => isText(value, longestText),
  id: (value) => Number.isSafeInteger(value) || (isText(value, longestId) && value !== ''),
  number: (value) => Number.isSafeInteger(value),
  target: (value) => isText(value, longestId) && targetNameShape.test(value),
}

/** What of a state is not as it must be, by its place: `access[2].organisation.id`. Undefined where all is. */
export function wrongPlace(kind: SubjectKind, state: unknown): string | undefined {
  const wrong = wrongIn(subjectMembers[kind], state, 'state')
  if (wrong !== undefined || kind !== 'user') return wrong
  // At one organisation a user is one of a target's, however many roles it has there.
  const { access } = state as SubjectStateOf<'user'>
  const places = access.map(({ target, organisation: { id } }) => `${target} ${id}`.toLowerCase())
  const twin = places.findIndex((place, i) => places.indexOf(place) !== i)
  return twin < 0 ? undefined : `state.access[${twin}]`
}

function wrongIn(members: Members, value: unknown, place: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return place
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(members, name))
  if (unknown !== undefined) return place
  for (const [name, member] of Object.entries(members)) {
    const wrong = wrongAt(member, (value as Record<string, unknown>)[name], `${place}.${name}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function wrongAt(member: Member, value: unknown, place: string): string | undefined {
  if (typeof member === 'string') {
    if (member.endsWith('?') && (value === undefined || value === null)) return undefined
    return is[member.replace('?', '') as Word](value) ? undefined : place
  }
  if (Array.isArray(member)) return wrongInList((member as readonly [Word | Members])[0], value, place)
  if ('optional' in member && Array.isArray(member.optional))
    return value === undefined
      ? undefined
      : wrongInList((member.optional as readonly [Word])[0], value, place)
  return wrongIn(member as Members, value, place)
}

function wrongInList(item: Word | Members, value: unknown, place: string): string | undefined {
  if (!Array.isArray(value) || value.length > mostInList) return place
  for (const [i, each] of value.entries()) {
    const wrong = wrongAt(item, each, `${place}[${i}]`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}
