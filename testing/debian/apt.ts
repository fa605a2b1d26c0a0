import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { reasonCode } from './reason-code.js'

const run = promisify(execFile)

/** apt has no key for this suite; a signature that is there and wrong is another matter. */
export class UnknownKeyError extends Error {}

/** The address of Debian's main archive, as this machine's own apt configuration has it. */
export async function mainRepository(): Promise<string> {
  const known = await apt('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Label: Debian'])
  const first = known.split('\n').find((line) => line !== '')
  if (first !== undefined) return first
  // Where apt's lists have been deleted (container images) the configuration still says what would be fetched.
  const planned = await apt('apt-get', ['--print-uris', 'update'])
  const addresses = [...planned.matchAll(/^'(.+?)\/dists\/[^']*\/InRelease'/gm)].map(
    (match) => match[1] ?? '',
  )
  const main = addresses.find((address) => /\/debian\/?$/.test(address))
  if (main === undefined) throw new Error("this machine's apt has no Debian repository")
  return main
}

/**
 * Writes an apt configuration of its own, so that nothing outside `folder` is read for sources or written to. Hooks
 * are cleared because they are meant for the system's update and fail without root; the default release and the
 * preferences, because they name suites that this list does not have. Returns the file to give to `-c`, which apt
 * reads after the machine's own configuration.
 */
export async function writeAptConfiguration(folder: string, source: string): Promise<string> {
  const at = (...names: string[]) => join(folder, ...names)
  await mkdir(at('lists', 'partial'), { recursive: true })
  await mkdir(at('cache', 'archives', 'partial'), { recursive: true })
  await writeFile(at('sources.list'), source)
  const lines = [
    `Dir::Etc::sourcelist "${at('sources.list')}";`,
    'Dir::Etc::sourceparts "-";',
    'Dir::Etc::preferences "-";',
    'Dir::Etc::preferencesparts "-";',
    `Dir::State::Lists "${at('lists')}";`,
    `Dir::Cache "${at('cache')}";`,
    '#clear APT::Default-Release;',
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    'APT::Update::Error-Mode "any";',
    'Acquire::Languages "none";',
    'Acquire::http::Timeout "15";',
    'Acquire::https::Timeout "15";',
    'Acquire::Retries "1";',
  ]
  await writeFile(at('apt.conf'), lines.join('\n') + '\n')
  return at('apt.conf')
}

/**
 * Runs one of Debian's package commands, up to two minutes. Its own words may hold the repository's address, and that
 * a password, so only the kind of failure gets out.
 */
export async function apt(command: 'apt-get' | 'dpkg', args: string[], cwd?: string): Promise<string> {
  const options = { timeout: 120_000, env: { ...process.env, LC_ALL: 'C' }, ...(cwd && { cwd }) }
  try {
    return (await run(command, args, options)).stdout
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? ''
    const what = [command, ...args.filter((arg) => /^[a-z]+$/.test(arg))].slice(0, 2).join(' ')
    if (/NO_PUBKEY|Missing key/.test(said) && !wrongSignature.test(said))
      throw new UnknownKeyError(`${what}: no key for its signature`)
    throw new Error(`${what}: ${failureKind(said) ?? reasonCode(error)}`)
  }
}

const wrongSignature = /BADSIG|EXPSIG|EXPKEYSIG|REVKEYSIG/

const failureKinds: [RegExp, string][] = [
  [/Could not resolve|Temporary failure resolving/, "the repository's name does not resolve"],
  [
    /Could not connect|Connection failed|Connection timed out|Unable to connect/,
    'the repository does not answer',
  ],
  [wrongSignature, 'the signature is not valid'],
  [/404\s+Not Found|does not have a Release file/, 'the repository has no such suite'],
  [/Unable to locate package/, 'the suite has no such package'],
]

function failureKind(said: string): string | undefined {
  return failureKinds.find(([pattern]) => pattern.test(said))?.[1]
}
