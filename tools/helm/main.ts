import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chartFiles, chartFolder } from './chart-files.js'

/** `npm run helm:chart`: brings into the chart what the rest of the project says. */
const files = await chartFiles()
for (const folder of ['files/prometheus', 'files/grafana']) {
  const path = join(chartFolder, folder)
  for (const name of existsSync(path) ? readdirSync(path) : [])
    if (!files.has(`${folder}/${name}`)) rmSync(join(path, name))
}
for (const [path, text] of files) {
  mkdirSync(dirname(join(chartFolder, path)), { recursive: true })
  writeFileSync(join(chartFolder, path), text)
}
console.log(`written: ${[...files.keys()].join(', ')}`)
