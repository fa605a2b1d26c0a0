'use strict'

// What nkeys takes of `tweetnacl`, by Node's own Ed25519: the same keys and signatures. Within Jest's sandbox that
// library takes a tenth of a second for each; the built services, in processes of their own, have it.

const { createPrivateKey, createPublicKey, randomBytes, sign } = require('node:crypto')

/** What precedes the 32 bytes of a key in DER. */
const privateHead = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicLength = 32

const privateKey = (seed) =>
  createPrivateKey({ key: Buffer.concat([privateHead, seed]), format: 'der', type: 'pkcs8' })

const publicKey = (seed) =>
  new Uint8Array(
    createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(-publicLength),
  )

exports.randomBytes = (length) => new Uint8Array(randomBytes(length))
exports.sign = {
  keyPair: {
    fromSeed(seed) {
      const own = publicKey(seed)
      return { publicKey: own, secretKey: new Uint8Array([...seed, ...own]) }
    },
  },
  /** A secret key is its seed with its public key. */
  detached: (message, secretKey) =>
    new Uint8Array(sign(null, message, privateKey(secretKey.subarray(0, secretKey.length - publicLength)))),
}
