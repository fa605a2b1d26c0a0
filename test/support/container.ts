import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Stage } from './dockerfile.js'

/** What a container of a carried-out stage is to be. */
export interface ContainerOptions {
  readonly stage: Pick<Stage, 'root' | 'workdir' | 'env' | 'entrypoint'>
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Needs root. */
  readonly user?: Stage['user']
}

/** A process started as an engine would start it: its own environment and nothing of this one's, in the image's folder. */
export class Container {
  /** Resolves with the exit code, or the signal, once everything it printed is read. */
  readonly ended: Promise<number | NodeJS.Signals>
  out = ''
  err = ''
  private readonly child: ChildProcess

  constructor({ stage, command, env, user }: ContainerOptions) {
    const [program = '', ...args] = [...stage.entrypoint, ...command]
    this.child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd: join(stage.root, stage.workdir),
      // What an engine takes from the image's list of users.
      env: { HOME: '/home/nonroot', ...stage.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    })
    this.child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()))
    running.add(this)
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      running.delete(this)
      return (signal ?? code) as number | NodeJS.Signals
    })
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** As `docker stop` does. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.kill('SIGTERM')
    return this.ended
  }
}

const running = new Set<Container>()

process.on('exit', () => {
  for (const container of running) container.kill('SIGKILL')
})
