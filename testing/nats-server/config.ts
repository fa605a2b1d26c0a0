/** -1 lets the server choose a free port. */
export const anyPort = -1

export interface ServerConfig {
  host: string
  port: number
  httpPort?: number | undefined
  storeDir: string
  /** Where the server writes down the ports it listens on. */
  portsFolder: string
  /** Added at the end; a setting given twice has its last value. */
  extra?: string | undefined
}

/**
 * The configuration file's text. `sync_interval: always` is what production needs, so tests and measurements have it
 * too: without it an acknowledged message can be lost for two minutes.
 */
export function configText({ host, port, httpPort, storeDir, portsFolder, extra }: ServerConfig): string {
  return [
    `host: ${JSON.stringify(host)}`,
    `port: ${port}`,
    ...(httpPort === undefined ? [] : [`http: ${JSON.stringify(`${host}:${httpPort}`)}`]),
    `ports_file_dir: ${JSON.stringify(portsFolder)}`,
    `jetstream { store_dir: ${JSON.stringify(storeDir)}, sync_interval: always }`,
    ...(extra === undefined ? [] : [extra]),
    '',
  ].join('\n')
}

/** A configuration somebody else wrote, from which the server takes all but where it listens and what it keeps. */
export interface BaseConfig {
  readonly file: string
  /** Its variables, but for those of `placeVariables`. */
  readonly env: Readonly<Record<string, string>>
}

/** The file that includes another one; the server takes the path as relative to its own folder. */
export const includingText = (
  path: string,
  { portsFolder, extra }: Pick<ServerConfig, 'portsFolder' | 'extra'>,
) =>
  [
    `include ${JSON.stringify(path)}`,
    `ports_file_dir: ${JSON.stringify(portsFolder)}`,
    ...(extra === undefined ? [] : [extra]),
    '',
  ].join('\n')

/** The variables by which this project's own configuration (`deploy/nats`) is told its place. */
export const placeVariables = ({
  host,
  port,
  httpPort = anyPort,
  storeDir,
}: Omit<ServerConfig, 'portsFolder'>) => ({
  HWPV_NATS_LISTEN: `${host}:${port}`,
  HWPV_NATS_MONITOR: `${host}:${httpPort}`,
  HWPV_NATS_STORE: storeDir,
})
