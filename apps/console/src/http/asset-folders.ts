import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folderOf = (name: string): string =>
  dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))

/** Looked for upwards: this file runs both from its source and from the build's folder. */
function projectFolder(folder = import.meta.dirname): string {
  return existsSync(join(folder, 'package.json')) || dirname(folder) === folder
    ? folder
    : projectFolder(dirname(folder))
}

const govuk = join(folderOf('govuk-frontend'), 'dist')
const moj = folderOf('@ministryofjustice/frontend')
const own = join(projectFolder(), 'apps/console')

/** Where templates are, in the order in which they are looked for. */
export const viewFolders = [join(own, 'views'), govuk]

/** What is served under `/assets/`, in the order in which it is looked for. */
export const assetFolders = [
  join(own, 'assets'),
  join(govuk, 'govuk/assets'),
  // The style sheets and the script themselves; what else lies there is no secret.
  join(govuk, 'govuk'),
  join(moj, 'moj/assets'),
  join(moj, 'moj'),
]
