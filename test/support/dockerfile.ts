import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import {
  DockerfileParser,
  type Arg,
  type Copy,
  type Entrypoint,
  type From,
  type Instruction,
  type PropertyInstruction,
} from 'dockerfile-ast'
import { contextFiles } from './build-context.js'

const run = promisify(execFile)

/** A stage that has been carried out: its file system is a folder, which begins empty whatever its base image holds. */
export interface Stage {
  readonly root: string
  readonly workdir: string
  readonly env: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  readonly entrypoint: readonly string[]
}

export interface BuildOptions {
  /** The folder with the Dockerfile, and what it copies. */
  readonly context: string
  /** In which each stage gets a folder. */
  readonly into: string
  readonly args?: Readonly<Record<string, string>>
  /** Does a `RUN` in another way, or gives false. */
  readonly instead?: (stage: string, command: string, workdir: string) => boolean
}

type Growing = { -readonly [Key in keyof Stage]: Stage[Key] } & { args: Record<string, string> }

/**
 * Carries out the instructions of a Dockerfile without an engine, stage by stage as they are needed. It knows those this
 * project uses and refuses all others, so that nothing is passed over. Owners are set if this is root.
 */
export class DockerfileBuild {
  private readonly done = new Map<string, Stage>()
  private readonly files: readonly string[]
  private readonly dockerfile

  constructor(private readonly options: BuildOptions) {
    this.dockerfile = DockerfileParser.parse(readFileSync(join(options.context, 'Dockerfile'), 'utf8'))
    this.files = contextFiles(options.context)
  }

  /** @throws where there is no such stage, an instruction is unknown, or one fails */
  async stage(name: string): Promise<Stage> {
    const before = this.done.get(name)
    if (before) return before
    const instructions = this.instructionsOf(name)
    const stage = await this.begin(name, instructions[0] as From)
    for (const instruction of instructions.slice(1)) await this.carryOut(name, instruction, stage)
    this.done.set(name, stage)
    return stage
  }

  private instructionsOf(name: string): Instruction[] {
    const all = this.dockerfile.getInstructions()
    const start = all.findIndex(
      (each) => each.getKeyword() === 'FROM' && (each as From).getBuildStage() === name,
    )
    if (start < 0) throw new Error(`there is no stage ${name}`)
    const length = all.slice(start + 1).findIndex((each) => each.getKeyword() === 'FROM')
    return all.slice(start, length < 0 ? undefined : start + 1 + length)
  }

  private async begin(name: string, from: From): Promise<Growing> {
    const root = join(this.options.into, name)
    const base = from.getImage() ?? ''
    if (!base.startsWith('${')) await this.refuseStageAsBase(base)
    mkdirSync(root, { recursive: true })
    return { root, workdir: '/', env: {}, labels: {}, user: undefined, entrypoint: [], args: {} }
  }

  private refuseStageAsBase(base: string): Promise<never> {
    return Promise.reject(new Error(`FROM ${base}: only base images in an ARG are known here`))
  }

  private async carryOut(name: string, instruction: Instruction, stage: Growing): Promise<void> {
    const values = instruction.getArguments().map((argument) => argument.getValue())
    switch (instruction.getKeyword()) {
      case 'ARG':
        return this.argument(instruction as Arg, stage)
      case 'ENV':
        stage.env = { ...stage.env, ...propertiesOf(instruction as PropertyInstruction, stage) }
        return
      case 'LABEL':
        stage.labels = { ...stage.labels, ...propertiesOf(instruction as PropertyInstruction, stage) }
        return
      case 'WORKDIR':
        stage.workdir = values[0] ?? ''
        mkdirSync(join(stage.root, stage.workdir), { recursive: true })
        return
      case 'COPY':
        return this.copy(instruction as Copy, values, stage)
      case 'RUN':
        return this.run(name, instruction.getRawArgumentsContent() ?? '', stage)
      case 'USER':
        stage.user = userOf(values[0] ?? '')
        return
      case 'ENTRYPOINT':
        stage.entrypoint = (instruction as Entrypoint).getJSONStrings().map((each) => each.getJSONValue())
        return
      default:
        throw new Error(`${instruction.getKeyword()} is not known here`)
    }
  }

  private argument(instruction: Arg, stage: Growing): void {
    const property = instruction.getProperty()
    const name = property?.getName() ?? ''
    stage.args[name] = this.options.args?.[name] ?? property?.getValue() ?? ''
  }

  private async run(name: string, command: string, { root, workdir, env }: Growing): Promise<void> {
    const cwd = join(root, workdir)
    if (this.options.instead?.(name, command, cwd)) return
    const own = Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_|INIT_CWD)/.test(key))
    // What CI has just fetched need not be fetched again.
    const settings = { ...Object.fromEntries(own), npm_config_prefer_offline: 'true', ...env }
    await run('sh', ['-c', command], { cwd, env: settings, maxBuffer: 1 << 26 })
  }

  private async copy(instruction: Copy, values: readonly string[], stage: Growing): Promise<void> {
    const flags = new Map(instruction.getFlags().map((flag) => [flag.getName(), flag.getValue() ?? '']))
    const [from, chown] = [flags.get('from'), flags.get('chown')]
    if ([...flags.keys()].some((flag) => flag !== 'from' && flag !== 'chown'))
      throw new Error('an unknown flag of COPY')
    const sources = values.slice(0, -1)
    const last = values.at(-1) ?? ''
    const target = join(stage.root, last.startsWith('/') ? last : join(stage.workdir, last))
    for (const source of sources) {
      if (from === undefined) this.copyFromContext(source, target, last.endsWith('/'))
      else await copyFromStage(join((await this.stage(from)).root, source), target, chown)
    }
  }

  private copyFromContext(source: string, target: string, intoFolder: boolean): void {
    const whole = source === '.'
    const wanted = whole ? this.files : this.files.filter((file) => file === source)
    if (!wanted.length) throw new Error(`COPY ${source}: it is not there, or .dockerignore keeps it out`)
    for (const file of wanted) {
      const to = whole || intoFolder ? join(target, file) : target
      mkdirSync(dirname(to), { recursive: true })
      copyFileSync(join(this.options.context, file), to)
    }
  }
}

/** Files are linked, not copied: nobody writes to them. */
async function copyFromStage(source: string, target: string, chown: string | undefined): Promise<void> {
  if (!existsSync(source)) throw new Error(`COPY ${source}: it is not there`)
  const isFolder = statSync(source).isDirectory()
  mkdirSync(isFolder ? target : dirname(target), { recursive: true })
  await run('cp', [chown ? '-a' : '-al', ...(isFolder ? [`${source}/.`, target] : [source, target])])
  if (chown && process.getuid?.() === 0) await run('chown', ['-R', chown, target])
}

function propertiesOf(instruction: PropertyInstruction, { args }: Growing): Record<string, string> {
  return Object.fromEntries(
    instruction.getProperties().map((property) => [
      property.getName().replaceAll('"', ''),
      (property.getValue() ?? '').replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
        const value = args[name]
        if (value === undefined) throw new Error(`nothing says what ${name} is`)
        return value
      }),
    ]),
  )
}

function userOf(value: string) {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(value) ?? []
  if (uid === undefined || gid === undefined) throw new Error(`USER ${value}: not by numbers`)
  return { uid: Number(uid), gid: Number(gid) }
}
