import { spawn, type ChildProcess } from 'node:child_process'

export interface Ended {
  readonly code: number | null
  readonly out: string
}

/** A line of shell, run as it stands, with all that it starts in a process group of its own. */
export class ShellCommand {
  /** All that it has printed so far, on either stream. */
  out = ''
  readonly ended: Promise<Ended>
  private readonly child: ChildProcess

  constructor(line: string, folder: string, env: Readonly<Record<string, string | undefined>>) {
    this.child = spawn('bash', ['-c', line], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: Buffer) => (this.out += text.toString()))
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code) => resolve({ code, out: this.out })),
    )
  }

  /** As Ctrl-C does: to everything it started. Nothing if it has ended. */
  signal(signal: 'SIGINT' | 'SIGKILL'): void {
    if (this.child.pid === undefined || this.child.exitCode !== null) return
    try {
      process.kill(-this.child.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
