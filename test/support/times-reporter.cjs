const { appendFileSync } = require('node:fs')
const { relative } = require('node:path')

/** Adds a line for each file of tests to the file that TEST_TIMES names: its seconds, and which it is. */
module.exports = class TimesReporter {
  onTestResult(_test, { perfStats, testFilePath }) {
    const seconds = (perfStats.end - perfStats.start) / 1_000
    appendFileSync(process.env.TEST_TIMES, `${seconds.toFixed(1)} ${relative(process.cwd(), testFilePath)}\n`)
  }
}
