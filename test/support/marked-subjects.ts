import { subjectMembers, type SubjectKind, type SubjectStateOf } from '#shared/contracts'

/** In every text of theirs: nobody is called that, and no word of ours has it in it, however it is cut or folded. */
const core = ['Qüillwren', 'quillwren', 'q?illwren'] as const

interface Marked<Kind extends SubjectKind> {
  readonly state: SubjectStateOf<Kind>
  /** Where it is said, and as what it comes back. */
  readonly texts: readonly string[]
}

/**
 * Subjects of which each member has a value that nothing else has, so that it is found wherever it gets to; with all the signs that
 * are written otherwise somewhere.
 */
export class MarkedSubjects {
  private made = 0
  private numbers = 730_418_200
  private readonly all: string[] = [...core]

  /** Every text that was given to anybody so far. */
  get texts(): readonly string[] {
    return this.all
  }

  /** One of which everything is said that can be. Of a user: what it has at each of these targets. */
  of<Kind extends SubjectKind>(kind: Kind, ...targets: readonly string[]): Marked<Kind> {
    this.made += 1
    const before = this.all.length
    const state = this.members(subjectMembers[kind], targets) as SubjectStateOf<Kind>
    return { state, texts: this.all.slice(before) }
  }

  /** A key that a subject is called by, in an address. */
  key(): string {
    return this.note(`${core[1]}-key.${(this.made += 1)}`)
  }

  /** Where something else stands that is to be nowhere: what is a mistake, a token, a password. */
  note(text: string): string {
    this.all.push(text)
    return text
  }

  private members(members: object, targets: readonly string[]): object {
    const values = Object.entries(members).map(([name, member]) => [name, this.member(name, member, targets)])
    return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as object
  }

  private member(name: string, member: unknown, targets: readonly string[]): unknown {
    if (typeof member === 'string') return this.leaf(name, member.replace('?', ''), targets[0] ?? 'none')
    if (Array.isArray(member)) {
      const [item] = member as readonly object[]
      if (name !== 'access') return [this.members(item ?? {}, targets)]
      return targets.map((target) => this.members(item ?? {}, [target]))
    }
    // Who is told: whoever is told of its kind.
    return 'optional' in (member as object) ? undefined : this.members(member as object, targets)
  }

  private leaf(name: string, word: string, target: string): string | number {
    switch (word) {
      case 'id':
        return Number(this.note(String((this.numbers += 1))))
      case 'number':
        return 1
      case 'target':
        return target
      default:
        return this.note(`${core[0]} & "${name}" <O'${this.made}>`)
    }
  }
}
