import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { onTestFinished } from 'vitest'
import type { EpochRecord } from '../../src-main/core/run/epochRecord.ts'
import { runConfigSchema } from '../../src-main/core/run/runConfig.ts'
import type { Provenance, RunData } from '../../src-main/core/run/runRecord.ts'
import type { Tensor } from '../../src-main/node/safetensors.ts'

export const config = runConfigSchema.parse({ model: 'NeuMF', factors: 8 })

export const data: RunData = {
  datasetId: 'd1',
  name: 'tiny',
  fingerprint: 'f00d',
  userCount: 3,
  itemCount: 4,
  interactions: 5,
}

export const provenance: Provenance = {
  appVersion: '0.1.0',
  engine: 'cpu',
  device: 'CPU',
  arithmetic: 'portable',
  threads: 2,
  nodeVersion: '20.20.0',
  os: 'Linux',
  cpu: 'some CPU',
  sourceFiles: [{ name: 'tiny.train.rating', sha256: '00' }],
}

export function epoch(number: number): EpochRecord {
  const curve = Array.from({ length: 20 }, (_, i) => (i + 1) / (21 + number))
  return {
    epoch: number,
    loss: 1 / (number + 2),
    test: { users: 3, hr: curve, ndcg: curve, mrr: 0.25, auc: 0.75 },
    trainSeconds: 1.5,
    evaluateSeconds: 0.25,
    samplesPerSecond: 1000,
    step: number * 10,
  }
}

export function tensors(fill = 0.5): Tensor[] {
  return [
    { name: 'gmf.user.weight', shape: [3, 2], data: new Float32Array(6).fill(fill) },
    { name: 'predict.bias', shape: [1], data: Float32Array.of(-fill) },
  ]
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ncf-run-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function tryMount(folder: string, options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Whether this user may mount small file systems, to fill them up or to make them read-only. */
export async function canMount(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'ncf-mount-'))
  const mounted = process.platform === 'linux' && tryMount(folder, 'size=64k')
  if (mounted) execFileSync('umount', [folder])
  await rm(folder, { recursive: true })
  return mounted
}

/** A file system of its own that holds no more than `size`; unmounted after the test. */
export async function smallDisk(size: string): Promise<string> {
  const folder = await temporaryFolder()
  const disk = join(folder, 'disk')
  await mkdir(disk)
  if (!tryMount(disk, `size=${size}`)) throw new Error('The file system could not be mounted.')
  onTestFinished(() => void execFileSync('umount', ['-l', disk]))
  return disk
}

export function makeReadOnly(disk: string): void {
  execFileSync('mount', ['-o', 'remount,ro', disk])
}

/** The run store as one file of JavaScript that plain Node can import in a process of its own. */
export async function buildStore(folder: string): Promise<void> {
  const entry = fileURLToPath(new URL('../../src-main/node/runStore.ts', import.meta.url))
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: { ssr: entry, outDir: folder, rolldownOptions: { output: { entryFileNames: 'runStore.mjs' } } },
  })
}

/** A process that runs `source` with `openRunStore`, `libraryDir` and `id` defined, and the lines it prints. */
export async function startProcess(folder: string, libraryDir: string, id: string, source: string) {
  const script = join(folder, `child-${Math.random().toString(36).slice(2)}.mjs`)
  const head = `import { openRunStore } from './runStore.mjs'\nconst [libraryDir, id] = process.argv.slice(2)\n`
  await writeFile(script, head + source)
  const child = spawn(process.execPath, [script, libraryDir, id], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, nextLine: async () => (await lines.next()).value as string | undefined }
}

/** Ends a process as a power loss would. */
export async function killHard(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
