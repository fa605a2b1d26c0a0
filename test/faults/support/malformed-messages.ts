import { streams, subjects } from '#shared/contracts'

/** What somebody publishes who should not: bytes, and headers as they go over the wire. */
export interface MalformedMessage {
  readonly kind: string
  readonly subject: string
  readonly body: Uint8Array
  readonly headers?: Uint8Array
}

/** Every subject that somebody handles; the server itself is the publisher of the last. */
export const workSubjects: readonly string[] = [
  ...streams.claims.subjects,
  ...streams.notifications.subjects,
  ...streams.schedule.subjects,
  subjects.deliveriesExhausted.replace('>', 'CLAIMS.nobody'),
]

/** Random choices, the same for the same source. */
export class Chance {
  constructor(readonly random: () => number) {}
  below(limit: number): number {
    return Math.floor(this.random() * limit)
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }
  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}

type Maker = (chance: Chance, subject: string) => { body: string | Uint8Array; headers?: string | Uint8Array }

/** Ids that no claim has. */
const nobody = (chance: Chance) => {
  const id = 1_900_000_000 + chance.below(1_000_000)
  return { reference: `Z${chance.below(1_000_000)}`, eligibilityId: id, claimId: id }
}

/** A body that the subject's contract takes, about nothing that exists. */
function wellFormed(chance: Chance, subject: string): object {
  const task = {
    schema: chance.of(['ExtSchema', 'IntSchema']),
    taskId: 1_900_000_000 + chance.below(999),
    run: 1,
  }
  const withTask = subject === subjects.helpRequested || subject === subjects.notifyReferenceRecovery
  // A day to come: the job refuses it, and has no effect on the good claims.
  if (subject.startsWith('schedule.')) return { date: '9999-12-31' }
  if (subject.startsWith('$JS.'))
    return { stream: 'CLAIMS', consumer: 'nobody', stream_seq: 1_900_000_000, deliveries: 10 }
  return { ...nobody(chance), ...(withTask || chance.random() < 0.5 ? { task } : {}) }
}

const otherSubject = (chance: Chance, subject: string): string =>
  chance.of(workSubjects.filter((other) => other.split('.')[0] !== subject.split('.')[0]))

const headerBlock = (...lines: readonly string[]): string => `NATS/1.0\r\n${lines.join('\r\n')}\r\n\r\n`

/** Headers that break something in whoever reads them; a good body, so that they are read. */
const oddHeaders: Readonly<Record<string, (chance: Chance) => string | Uint8Array>> = {
  'long id': (chance) => headerBlock(`ce-id: ${'i'.repeat(290)}${chance.below(1e9)}`),
  'id of no characters': () => headerBlock('ce-id: ', 'Nats-Msg-Id: '),
  'id of control characters': (chance) => headerBlock(`ce-id: a\u0000b\u0007${chance.below(1e9)}`),
  'two ids': (chance) => headerBlock(`ce-id: first-${chance.below(1e9)}`, 'ce-id: second', 'CE-ID: third'),
  'odd traceparent': (chance) =>
    headerBlock(`traceparent: ${chance.of(['00-zz', '', '00-' + 'f'.repeat(5_000), '99-0-0-0'])}`),
  'space in a name': (chance) => headerBlock(`my id: ${chance.below(1e9)}`),
  'name outside ASCII': () => headerBlock('clé: 1', 'ключ: 2'),
  'no colon': () => headerBlock('nothing to see here'),
  'lone line feed': (chance) => headerBlock(`ce-id: one\ntwo ${chance.below(1e9)}`),
  'a status': () => `NATS/1.0 503 No Responders\r\n\r\n`,
  'no header at all': () => '\r\n',
  'bytes outside UTF-8': (chance) =>
    Buffer.concat([
      Buffer.from('NATS/1.0\r\nce-id: '),
      Buffer.from([0xff, 0xfe, 0xc0]),
      Buffer.from(`${chance.below(1e9)}\r\n\r\n`),
    ]),
  "this project's own": () =>
    headerBlock('hwpv-reason: none', 'hwpv-consumer: none', 'hwpv-sequence: 1', 'hwpv-stream: CLAIMS'),
}

const makers: Readonly<Record<string, Maker>> = {
  'not JSON': (chance) => ({
    body: chance.of(['COMPLETE CLAIM 5', '<claim/>', "{'a':1}", 'undefined', '{]', '01']),
  }),
  truncated: (chance, subject) => {
    const text = JSON.stringify(wellFormed(chance, subject))
    return { body: text.slice(0, 1 + chance.below(text.length - 1)) }
  },
  'wrong types': (chance, subject) => {
    const values = [null, true, '', '7', [], {}, 1.5, [[]], { schema: 1 }]
    return { body: JSON.stringify(mapped(wellFormed(chance, subject), () => chance.of(values))) }
  },
  'something missing': (chance, subject) => {
    const entries = Object.entries(wellFormed(chance, subject))
    entries.splice(chance.below(entries.length), 1 + chance.below(entries.length))
    return { body: JSON.stringify(Object.fromEntries(entries)) }
  },
  'huge numbers': (chance, subject) => ({
    body: JSON.stringify(mapped(wellFormed(chance, subject), () => '@')).replaceAll('"@"', () =>
      chance.of(['1e400', '-1e308', '9007199254740993', '9'.repeat(400), '-0', '0.1e-400']),
    ),
  }),
  'nested junk': (chance) => {
    const depth = 1 + chance.below(1_000)
    return {
      body: chance.of([
        '['.repeat(depth) + ']'.repeat(depth),
        '{"claimId":'.repeat(depth) + '1' + '}'.repeat(depth),
        '['.repeat(depth),
      ]),
    }
  },
  empty: () => ({ body: '' }),
  binary: (chance) => ({ body: chance.bytes(1 + chance.below(300)) }),
  'outside UTF-8': (chance, subject) => ({
    body: Buffer.concat([
      Buffer.from(JSON.stringify(wellFormed(chance, subject)).slice(0, -1)),
      Buffer.from(',"x":"\xc3\x28"}', 'latin1'),
    ]),
  }),
  "another subject's": (chance, subject) => ({
    body: JSON.stringify(wellFormed(chance, otherSubject(chance, subject))),
  }),
  'prototype keys': (chance, subject) => {
    const good = JSON.stringify(wellFormed(chance, subject)).slice(1)
    return { body: `{"__proto__":{"task":null,"admin":true},"constructor":{"prototype":{"task":1}},${good}` }
  },
  'long text': (chance, subject) => {
    const text = chance.of(['x', '🦊', '\u0000', '\ud800', "'"]).repeat(300 + chance.below(1_300))
    return {
      body: JSON.stringify({ ...wellFormed(chance, subject), reference: text, date: text, consumer: text }),
    }
  },
  'odd characters': (chance, subject) => {
    const reference = chance.of(['\u0000', '\ud800', "';--", '🦊🦊', '‮abc', '%s%n', '   ', '${1}'])
    return { body: JSON.stringify({ ...wellFormed(chance, subject), reference }) }
  },
  'about nothing that exists': (chance, subject) => ({ body: JSON.stringify(wellFormed(chance, subject)) }),
  ...Object.fromEntries(
    Object.entries(oddHeaders).map(([name, headers]): [string, Maker] => [
      `headers: ${name}`,
      (chance, subject) => ({ body: JSON.stringify(wellFormed(chance, subject)), headers: headers(chance) }),
    ]),
  ),
}

export const malformedKinds = Object.keys(makers)

/** A random message of each kind in turn, for the subject. */
export function malformedMessage(chance: Chance, subject: string, kind: string): MalformedMessage {
  const { body, headers } = makers[kind]?.(chance, subject) ?? { body: '' }
  return {
    kind,
    subject,
    body: Buffer.from(body),
    ...(headers === undefined ? {} : { headers: Buffer.from(headers) }),
  }
}

const mapped = (object: object, value: () => unknown): object =>
  Object.fromEntries(Object.keys(object).map((key) => [key, value()]))
