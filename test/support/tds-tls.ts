import { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'

/** The server's key and certificate, in PEM. */
export interface TdsCertificate {
  readonly key: string
  readonly cert: string
}

export const headerBytes = 8
export const prelogin = 18
/** A packet that is the last of its message. */
export function packet(type: number, body: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt8(type, 0)
  header.writeUInt8(1, 1)
  header.writeUInt16BE(headerBytes + body.length, 2)
  return Buffer.concat([header, body])
}

/**
 * The server's end of TLS as TDS has it: the handshake travels in packets, one for each of the client's; everything
 * after it as it is.
 */
export function secured(socket: Socket, certificate: TdsCertificate): TLSSocket {
  let inPackets = true
  let received = Buffer.alloc(0)
  let answer: Buffer[] = []
  const sendAnswer = () => {
    if (answer.length) socket.write(packet(prelogin, Buffer.concat(answer)))
    answer = []
  }
  const encrypted = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      if (!inPackets) return void socket.write(chunk, () => done())
      // What answers one packet goes back in one.
      if (!answer.length) setImmediate(sendAnswer)
      answer.push(chunk)
      done()
    },
  })
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    while (inPackets && received.length >= headerBytes) {
      inPackets = received.readUInt8(0) === prelogin
      const length = received.readUInt16BE(2)
      if (!inPackets || received.length < length) break
      encrypted.push(received.subarray(headerBytes, length))
      received = received.subarray(length)
    }
    if (inPackets) return
    encrypted.push(received)
    received = Buffer.alloc(0)
  })
  socket.on('close', () => encrypted.destroy())
  return new TLSSocket(encrypted, { isServer: true, secureContext: createSecureContext(certificate) })
}
