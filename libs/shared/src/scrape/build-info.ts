import type { Environment } from '../config/index.js'

/** What runs here, as whoever built it says. */
export class BuildInfo {
  readonly version: string
  readonly commit: string

  constructor({ APP_VERSION: version, GIT_COMMIT: commit }: Environment) {
    this.version = version?.trim() || 'unknown'
    this.commit = commit?.trim() || 'unknown'
  }
}
