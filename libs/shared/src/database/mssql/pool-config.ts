import type mssql from 'mssql'
import type { MssqlSettings } from '../database.settings.js'

const longestCancelMs = 5_000

/** What the pool of `mssql`, and the driver under it, are to know. */
export function poolConfig(settings: MssqlSettings): mssql.config {
  const { server, port, instance, database, user, password } = settings
  return {
    server,
    database,
    user,
    password,
    ...(port === undefined ? {} : { port }),
    connectionTimeout: settings.connectTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    options: {
      ...(instance === undefined ? {} : { instanceName: instance }),
      appName: 'hwpv-async',
      encrypt: settings.encrypt,
      trustServerCertificate: settings.trustServerCertificate,
      ...(settings.ca === undefined ? {} : { cryptoCredentialsDetails: { ca: settings.ca } }),
      multiSubnetFailover: settings.multiSubnetFailover,
      // An error ends the whole transaction, and the rest of a batch with it: nothing goes on after a statement
      // that was not done, and a transaction whose process is gone is rolled back as its connection breaks.
      abortTransactionOnError: true,
      // The connection is made anew by whoever needs it, with a pause: not in here too.
      maxRetriesOnTransientErrors: 0,
      // How long the server may take to forget a request whose time was up.
      cancelTimeout: Math.min(settings.requestTimeoutMs, longestCancelMs),
      useUTC: true,
    },
    pool: {
      max: settings.poolSize,
      min: 0,
      idleTimeoutMillis: settings.poolIdleMs,
      // Whoever waits for a connection waits no longer than for an answer.
      acquireTimeoutMillis: settings.connectTimeoutMs + settings.requestTimeoutMs,
      createTimeoutMillis: settings.connectTimeoutMs + 1_000,
    },
    // Looking at the socket costs nothing; asking the server before every use halves the throughput.
    validateConnection: 'socket',
  }
}
