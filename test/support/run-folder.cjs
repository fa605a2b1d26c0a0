'use strict'

// A folder of its own for each run of the tests: what is made once for all of them lies there.

const { mkdtempSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

module.exports = () => {
  // Each kind of test asks, and the first is enough.
  if (process.env.TEST_RUN_FOLDER !== undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-tests-'))
  process.env.TEST_RUN_FOLDER = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
}
