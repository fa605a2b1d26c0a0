import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const preload = pathToFileURL(join(import.meta.dirname, 'wrong-clock.mjs')).href

/** The machines' clocks of single services, to be set wrong and put right while they work. */
export class WrongClocks {
  private readonly folder = mkdtempSync(join(tmpdir(), 'wrong-clocks-'))

  /** What a service must be started with; by itself, its clock is right at first. */
  envOf(name: string, ms = 0): Readonly<Record<string, string>> {
    this.write(name, ms)
    return { NODE_OPTIONS: `--import=${preload}`, WRONG_CLOCK_FILE: this.fileOf(name) }
  }

  /** @param ms milliseconds by which the clock is ahead; below nought, behind */
  set(name: string, pid: number, ms: number): void {
    this.write(name, ms)
    process.kill(pid, 'SIGUSR2')
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  private write(name: string, ms: number): void {
    writeFileSync(this.fileOf(name), String(ms))
  }

  private fileOf(name: string): string {
    return join(this.folder, name)
  }
}
