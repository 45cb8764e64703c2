import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, vi } from 'vitest'
import { runProgram } from '../../src-main/cli/program.ts'
import { TrainerClient } from '../../src-main/trainer/trainerClient.ts'

const trainerScript = new URL('../../out/trainer/trainerProcess.js', import.meta.url)
const program = fileURLToPath(new URL('../../out/cli/ncf.js', import.meta.url))

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A call of the built program that is under way. */
export interface Call {
  child: ChildProcess
  /** Resolves when stdout or stderr holds the text; rejects when the process ends without it. */
  seen(text: string): Promise<void>
  ended: Promise<Outcome>
}

interface StartOptions {
  cwd?: string
  /** In a process group of its own, as a shell starts it: what is sent to the group reaches its engine process, too. */
  ownGroup?: boolean
}

/** Starts the built program with a library of its own. */
export function startNcf(
  library: string,
  args: readonly string[],
  { cwd, ownGroup: detached = false }: StartOptions = {},
): Call {
  if (!existsSync(program)) throw new Error('out/cli/ncf.js is missing: run "npm run build" first.')
  const environment = { ...process.env, NCF_LIBRARY: library, NCF_DEBUG: '' }
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    detached,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = new Promise<Outcome>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, ...output })),
  )
  const seen = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => `${output.stdout}${output.stderr}`.includes(text) && resolve()
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      look()
      void ended.then(({ stderr }) => reject(new Error(`It ended without "${text}": ${stderr}`)))
    })
  return { child, seen, ended }
}

/** Calls the built program and waits for its end. */
export function ncf(library: string, ...args: string[]): Promise<Outcome> {
  return startNcf(library, args).ended
}

export type Line = Record<string, unknown> & { event: string }

/** Stdout as JSON lines; fails when anything else is in it. */
export function jsonLines({ stdout }: Pick<Outcome, 'stdout'>): Line[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}

type Ending = Pick<Outcome, 'code' | 'stdout' | 'stderr'>

/** Where calls within this process train: starting an engine process for each takes longer than most of them. */
const shared: { engine?: TrainerClient; close?: () => Promise<void> } = {}

function sharedEngine(start: () => TrainerClient): TrainerClient {
  if (shared.engine?.isAlive) return shared.engine
  const engine = start()
  shared.close = engine.close.bind(engine)
  // A call ends its engine process; this one goes on to the next call.
  engine.close = async () => {}
  return (shared.engine = engine)
}

function replaceEngine() {
  const start = TrainerClient.start.bind(TrainerClient)
  return vi
    .spyOn(TrainerClient, 'start')
    .mockImplementation(() => sharedEngine(() => start({ script: trainerScript })))
}

function capture(written: Record<'stdout' | 'stderr', string>) {
  return (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text)
      return true
    }),
  )
}

/**
 * Calls the program within this process, which takes a fraction of the time: for one call at a time, and for what is
 * not about processes and their streams. Commands that train share a real engine process.
 */
export async function callNcf(library: string, args: readonly string[]): Promise<Ending> {
  const written = { stdout: '', stderr: '' }
  const spies = [...capture(written), replaceEngine()]
  vi.stubEnv('NCF_LIBRARY', library)
  try {
    return { code: await runProgram(args), ...written }
  } finally {
    spies.forEach((spy) => spy.mockRestore())
  }
}

/** Calls the program with --json and returns its lines; throws when it does not end well. */
export async function ncfJson(library: string, ...args: string[]): Promise<Line[]> {
  const outcome = await callNcf(library, [...args, '--json'])
  if (outcome.code !== 0)
    throw new Error(`ncf ${args.join(' ')} ended with ${outcome.code}: ${outcome.stderr}`)
  return jsonLines(outcome)
}

/** The last line of a training. */
export async function trained(library: string, ...args: string[]): Promise<Line> {
  return (await ncfJson(library, 'train', ...args)).at(-1)!
}

/** A folder that is gone after the tests of the file, and with it their engine process. */
export async function temporaryLibrary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ncf-cli-'))
  afterAll(async () => {
    vi.unstubAllEnvs()
    await shared.close?.()
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}

/** A made-up dataset in NCF form: 6 users, 12 items, 99 (repeated) negatives each; its titles make it another dataset than others. */
export async function writeTinyNcf(folder: string, name: string): Promise<string> {
  const users = [0, 1, 2, 3, 4, 5]
  const train = users.flatMap((user) => [0, 1, 2].map((k) => `${user}\t${(user + k) % 12}\t5\t${100 + k}`))
  const test = users.map((user) => `${user}\t${(user + 3) % 12}\t5\t200`)
  const negatives = users.map((user) => {
    const items = Array.from({ length: 99 }, (_, k) => (user + 4 + (k % 8)) % 12)
    return [`(${user},${(user + 3) % 12})`, ...items].join('\t')
  })
  const items = Array.from({ length: 12 }, (_, item) => `${item}\tFilm ${item} of ${name}\tDrama`)
  await mkdir(folder, { recursive: true })
  const write = (end: string, lines: string[]) =>
    writeFile(join(folder, `${name}.${end}`), `${lines.join('\n')}\n`)
  await write('train.rating', train)
  await write('test.rating', test)
  await write('test.negative', negatives)
  await write('items.tsv', ['item\ttitle\tgenres', ...items])
  return folder
}
