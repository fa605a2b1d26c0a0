import { createHash } from 'node:crypto'
import {
  natsSettings,
  topologyFingerprint,
  topologyRevision,
  wantedConsumer,
  wantedStreams,
} from '#shared/messaging'
import { consumersOf } from '../nats-config/index.js'
import { serviceNames } from '../../testing/services/index.js'
import { formatted } from '../formatted.js'

export const topologyRevisionFile = 'libs/shared/src/messaging/topology/revision.ts'

/** One higher than the one before, where the streams or consumers are wanted otherwise. */
export function topologyRevisionText(): Promise<string> {
  const fingerprint = fingerprintOfWanted()
  const revision = fingerprint === topologyFingerprint ? topologyRevision : topologyRevision + 1
  return formatted(
    topologyRevisionFile,
    `// Made from the code by \`npm run generate\`: changes by hand are lost.\n
/**
 * Of the streams and consumers as this release wants them, higher with every change to them: a topology keeper of an older
 * release leaves alone what a newer one has made.
 */
export const topologyRevision = ${revision}
export const topologyFingerprint = '${fingerprint}'`,
  )
}

function fingerprintOfWanted(): string {
  const settings = natsSettings({})
  const wanted = [
    ...wantedStreams(settings),
    ...serviceNames.flatMap(consumersOf).map((each) => wantedConsumer(each, settings)),
  ]
  const inOrder = wanted.map((each) => JSON.stringify(each)).sort()
  return createHash('sha256').update(inOrder.join()).digest('hex').slice(0, 16)
}
