'use strict'

const { join } = require('node:path')
const knex = require('knex')
const BetterSqlite3 = require('knex/lib/dialects/better-sqlite3')

/** knex over the `libsql` package, whose interface is that of `better-sqlite3` and which needs no compiler. */
class LibsqlClient extends BetterSqlite3 {
  _driver() {
    return require('libsql')
  }
}

/** The embedded database of development, as the services share it. */
exports.openDatabase = (dataDir) =>
  knex({
    client: LibsqlClient,
    connection: { filename: join(dataDir, 'hwpv.sqlite') },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection, done) => {
        // The services write to the same file: wait for them.
        connection.exec('pragma busy_timeout = 5000')
        connection.exec('pragma foreign_keys = on')
        done(null, connection)
      },
    },
  })
