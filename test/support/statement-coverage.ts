import { readdirSync, readFileSync } from 'node:fs'
import { Session, type Profiler } from 'node:inspector'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where a statement is begun. */
const begins = /\.(?:selectFrom|selectNoFrom|insertInto|updateTable|deleteFrom)\(|\bsql(?:<[^>`]*>)?`/
/** Where something is added to one, or one is sent. */
const contributes =
  /\.(?:selectFrom|selectNoFrom|insertInto|updateTable|deleteFrom|where\w*|set|values|columns|expression|innerJoin|leftJoin|orderBy|groupBy|unionAll|\$if|execute\w*|batch|publish|followUp)\(|\bsql`/g

/** Databases are made by these, and not worked in. */
const madeBy = /\/database\/(?:migrations|mssql|sqlite)\//

/** The sources that hold statements, by their paths from the project's folder. */
export const sourcesWithStatements = (): string[] =>
  ['apps', 'libs']
    .flatMap((folder) =>
      readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' }).map(
        (file) => `${folder}/${file}`,
      ),
    )
    .filter((file) => /\/src\/.*\.ts$/.test(file) && !file.endsWith('.test.ts') && !madeBy.test(file))
    .filter((file) => begins.test(readFileSync(`${root}/${file}`, 'utf8')))
    .sort()

/**
 * Finds out which places that make statements were passed, by what the JavaScript engine counts of each block. To be
 * started before the sources are loaded.
 */
export class StatementCoverage {
  private readonly session = new Session()
  private readonly files = new Map<string, string>()

  constructor() {
    this.session.connect()
    this.session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
      const file = url.replace('file://', '')
      if (file.startsWith(root)) this.files.set(scriptId, file.slice(root.length).replace(/^\//, ''))
    })
    this.session.post('Debugger.enable')
    this.session.post('Profiler.enable')
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** The places that nobody has passed, as `file: code`; a whole file if it was never loaded. */
  missed(): string[] {
    const scripts = new Map<string, Profiler.ScriptCoverage[]>()
    for (const script of this.taken()) {
      const file = this.files.get(script.scriptId)
      if (file) scripts.set(file, [...(scripts.get(file) ?? []), script])
    }
    return sourcesWithStatements().flatMap((file) => {
      const loaded = scripts.get(file) ?? []
      // A file may be loaded for each test file, and is then passed if it was once.
      const each = loaded.map((script) => this.missedIn(script))
      if (!each.length) return [`${file}: not loaded`]
      return (each.sort((a, b) => a.length - b.length)[0] ?? []).map((code) => `${file}: ${code}`)
    })
  }

  stop(): void {
    this.session.disconnect()
  }

  private taken(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = []
    this.session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error
      taken = result
    })
    return taken
  }

  private missedIn({ scriptId, functions }: Profiler.ScriptCoverage): string[] {
    const source = this.sourceOf(scriptId)
    // The innermost block around a place says whether it was passed.
    const blocks = functions
      .flatMap(({ ranges }) => ranges)
      .sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset))
    const countAt = (offset: number) =>
      blocks.filter((block) => block.startOffset <= offset && offset < block.endOffset).at(-1)?.count ?? 0
    return [...source.matchAll(contributes)]
      .filter(({ index }) => countAt(index) === 0)
      .map(({ index }) =>
        source.slice(source.lastIndexOf('\n', index) + 1, source.indexOf('\n', index)).trim(),
      )
  }

  private sourceOf(scriptId: string): string {
    let source = ''
    this.session.post('Debugger.getScriptSource', { scriptId }, (error, { scriptSource }) => {
      if (error) throw error
      source = scriptSource
    })
    return source
  }
}
