import { build, type Plugin } from 'esbuild'
import type { Bundle } from './programs.js'
import { withoutLibraries } from './source-maps.js'

/**
 * What stays in `node_modules`: a native library; and what Nest, and one that looks for colours, do without where it is
 * not installed. The build fails at whatever else is not there.
 */
export const leftOut = [
  'libsql',
  '@nestjs/websockets',
  'amqp-connection-manager',
  'class-transformer',
  'class-validator',
  'ioredis',
  'kafkajs',
  'mqtt',
  'supports-color',
]

/** Libraries that are CommonJS ask for Node's own modules in their way. */
const banner = [
  "import { createRequire as createRequireHere } from 'node:module'",
  'const require = createRequireHere(import.meta.url)',
].join('\n')

/**
 * Puts the hundreds of files that a program loads into a few. What several programs load is a file of its own, and so
 * is what is loaded only where it is asked for: a driver, a store, an exporter.
 * @param built the folder of the build, where the programs begin
 */
export async function bundle(
  { programs, modules }: Bundle,
  built: string,
  into: string,
): Promise<{ path: string; contents: string }[]> {
  const { outputFiles } = await build({
    entryPoints: [
      ...Object.keys(programs).map((name) => ({ in: `${scheme}:${name}`, out: name })),
      ...Object.entries(modules).map(([name, path]) => ({ in: `${built}/${path}`, out: name })),
    ],
    plugins: [beginnings(programs, built)],
    external: leftOut,
    outdir: into,
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Nest, the log and errors look at the names of classes.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: banner },
    logLevel: 'warning',
    write: false,
  })
  return outputFiles.map(({ path, text }) => ({
    path,
    contents: path.endsWith('.map') ? withoutLibraries(text) : inAscii(text),
  }))
}

/**
 * Node keeps a file's text with two bytes for each character if one of them needs it, be it in a comment; and six of the
 * largest files that a service loads would have one. Escaped, it is the same in a text, a pattern or a name.
 */
const inAscii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

const scheme = 'program'

/** Node maps only what is loaded after it is told to: so each program begins with that, whatever flags Node has. */
const beginnings = (programs: Bundle['programs'], built: string): Plugin => ({
  name: 'beginnings',
  setup(builder) {
    const filter = new RegExp(`^${scheme}:`)
    builder.onResolve({ filter }, ({ path }) => ({ path: path.replace(filter, ''), namespace: scheme }))
    builder.onLoad({ filter: /.*/, namespace: scheme }, ({ path }) => ({
      contents: `process.setSourceMapsEnabled(true)\nawait import(${JSON.stringify(`./${programs[path]}`)})`,
      resolveDir: built,
    }))
  },
})
