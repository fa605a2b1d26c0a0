import { findProgram, versionCheck, type DebianProgram, type FoundProgram } from '../debian/index.js'

const folder = `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`

const chromium: DebianProgram = {
  name: 'chromium',
  package: 'chromium',
  suites: ['bookworm', 'trixie'],
  variable: 'CHROMIUM_BIN',
  withLibraries: {
    file: 'usr/lib/chromium/chromium',
    libraries: [folder, `${folder}/pulseaudio`],
    packages: ['fonts-liberation'],
  },
  checkVersion: versionCheck({
    name: 'Chromium',
    args: ['--version'],
    parse: (answer) => /^(?:Chromium|Google Chrome) (\d+\.\d+\S*)/m.exec(answer)?.[1],
    // The first that draws all that the pages' style sheets ask for.
    minimum: '120.0',
  }),
}

/** Finds a Chromium, or fetches Debian's with what it needs: 120 MB, once. Rejects as `findProgram` does. */
export const findChromium = (): Promise<FoundProgram> => findProgram(chromium)
