'use strict'

// Another system receives webhooks, in plain Node with nothing installed. It wants WEBHOOK_SECRET (`whsec_…`), and listens
// on PORT.

const { createHmac, timingSafeEqual } = require('node:crypto')
const http = require('node:http')

const { WEBHOOK_SECRET = '', PORT = '8080' } = process.env
const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64')
const toleranceSeconds = 300
/** None of the bodies is longer. */
const mostBytes = 64 * 1024

// Whoever knows that there is no secret could sign with it.
if (key.length < 24) {
  console.error('WEBHOOK_SECRET is not there, or too short')
  process.exit(1)
}

/** Whether these headers were made for these very bytes, with the secret, and lately. */
function isGenuine(headers, bytes) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return false
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(bytes).digest()
  // While a secret is changed there are two signatures.
  return signatures.split(' ').some((signature) => {
    const [version, text = ''] = signature.split(',')
    const given = Buffer.from(text, 'base64')
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted)
  })
}

/** What was dealt with. A real receiver writes the id down with what it does about the event, in one transaction. */
const seen = new Set()

async function receive(request, response) {
  const chunks = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > mostBytes) return response.writeHead(413, { connection: 'close' }).end()
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  if (!Number.isFinite(Number(request.headers['webhook-timestamp'])) || !isGenuine(request.headers, bytes))
    return response.writeHead(401).end()
  const id = request.headers['webhook-id']
  if (!seen.has(id)) {
    const { type, sequence, data } = JSON.parse(bytes.toString('utf8'))
    console.log(`${sequence} ${type} ${JSON.stringify(data)}`)
    seen.add(id)
  }
  response.writeHead(204).end()
}

// A body that breaks off ends its request, and not the receiver: what was not answered comes again.
const server = http.createServer((request, response) => {
  receive(request, response).catch(() => response.destroy())
})
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
