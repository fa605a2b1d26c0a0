const inXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const envelope = (inner: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${inner}</s:Body></s:Envelope>`
/** As services answer that repeat whom they were told of. */
const fault = (code: string, words: string) =>
  envelope(
    `<s:Fault><faultcode>${inXml(code)}</faultcode><faultstring>${inXml(words)}</faultstring><faultactor>${inXml(words)}</faultactor><detail><user>${inXml(words)}</user></detail></s:Fault>`,
  )

/** What a system answers that has been told of somebody. */
export interface QuotingAnswer {
  readonly status: number
  /** @param words what was said of somebody, all of it; @param number one of their numbers */
  readonly body: (words: string, number: string) => string
  readonly headers?: Record<string, string>
  /** What becomes of what was said: it is said again, and confirmed then; or it was refused for good. */
  readonly ends: 'confirmed' | 'refused'
}

const elsewhere = { location: 'https://quillwren.example.com/Q%C3%BCillwren' }
/** By what they are. */
export const quotingAnswers: Readonly<Record<string, QuotingAnswer>> = {
  'a fault for good': { status: 500, body: (words) => fault('s:Client.Validation', words), ends: 'refused' },
  'a fault for good in a 200': { status: 200, body: (words) => fault('s:Client', words), ends: 'refused' },
  'a code that is a name': { status: 500, body: () => fault('s:Client.quillwren', ''), ends: 'refused' },
  'a code that is a number': {
    status: 500,
    body: (_, number) => fault(`s:Client.u-${number}`, ''),
    ends: 'refused',
  },
  'a code that is a text': {
    status: 500,
    body: (words) => fault(`s:Client.${words}`, words),
    ends: 'refused',
  },
  'a code that nobody knows': {
    status: 200,
    body: (words) => fault('q:Quillwren', words),
    ends: 'confirmed',
  },
  'a fault that passes': { status: 500, body: (words) => fault('s:Server.Busy', words), ends: 'confirmed' },
  'what is no answer': { status: 200, body: (words) => `<html>${words}`, ends: 'confirmed' },
  'an answer of another operation': {
    status: 200,
    body: (words) => envelope(`<QuillwrenResponse>${inXml(words)}</QuillwrenResponse>`),
    ends: 'confirmed',
  },
  'a refusal': {
    status: 400,
    body: (words) => words,
    headers: { 'x-about': 'quillwren' },
    ends: 'confirmed',
  },
  'another address': { status: 302, body: (words) => words, headers: elsewhere, ends: 'confirmed' },
  trouble: {
    status: 503,
    body: (words) => words,
    headers: { 'retry-after': 'quillwren' },
    ends: 'confirmed',
  },
}
