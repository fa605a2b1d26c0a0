/** A program that Debian has in one of its packages. */
export interface DebianProgram {
  /** Of the program's file, and of its folder in the cache. */
  readonly name: string
  readonly package: string
  /** Where it is fetched from: the first suite that has one that will do. */
  readonly suites: readonly string[]
  /**
   * For one that does not run from its package's one file: that file in the packages, and where the libraries are of all
   * that it needs and this machine lacks; other packages it wants.
   */
  readonly withLibraries?: {
    readonly file: string
    readonly libraries: readonly string[]
    readonly packages: readonly string[]
  }
  /** Names a program to be used instead of any other. */
  readonly variable: string
  /** Asks the program for its version. Rejects, saying why in a few words, if it does not run or will not do. */
  readonly checkVersion: (path: string) => Promise<string>
}

export interface FoundProgram {
  readonly path: string
  readonly version: string
  readonly source: 'environment' | 'path' | 'cache' | 'debian'
}
