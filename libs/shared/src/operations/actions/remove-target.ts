import { z } from 'zod'
import { removeTarget as remove } from '../targets/remove-target.js'
import { bulkAction } from './bulk-action.js'
import { targetName } from './target-name.js'

/** Has a system told of nothing any more, and forgets what it was to know. It is told nothing of that itself. */
export const removeTarget = bulkAction({
  title: 'remove a target',
  role: 'operator',
  needsReason: true,
  input: z.strictObject({ target: targetName }),
  target: ({ target }) => target,
  pages: ({ target }, { connection, clock }, { dryRun }) =>
    remove(connection, target, { now: clock.now(), dryRun }),
  words: ({ target, forgotten }) => `removed: ${target}, with ${forgotten} that it was to know of`,
})
