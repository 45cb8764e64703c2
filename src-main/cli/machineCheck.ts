import { constants } from 'node:fs'
import { access, mkdir, statfs } from 'node:fs/promises'
import { availableParallelism, freemem, release, totalmem, type } from 'node:os'
import { neuralConfigSchema } from '../core/run/runConfig.ts'
import { initialWeights } from '../core/models/initialWeights.ts'
import { modelSpec } from '../core/models/modelSpec.ts'
import { createCpuEngine } from '../engines/cpu/cpuEngine.ts'
import { createLinearAlgebra } from '../engines/cpu/linearAlgebra.ts'
import { openDatasetLibrary } from '../node/datasetLibrary.ts'
import { appCommit, appVersion, cpuName } from '../node/provenance.ts'
import { openRunStore } from '../node/runStore.ts'
import { failureMessage } from './failureMessage.ts'

/** One thing that was looked at. `note`: worth knowing; `bad`: it keeps the program from working. */
export interface Finding {
  check: string
  state: 'ok' | 'note' | 'bad'
  found: string
}

const assets = new URL('../engines/cpu/', import.meta.url)

type Look = () => Promise<Omit<Finding, 'check'>> | Omit<Finding, 'check'>

/** Less free space than this is worth a note: a NeuMF run of ML-1M with F = 64 takes a quarter of it. */
const LOW_SPACE = 1e9
const NODE_NEEDED = [20, 19]

const ok = (found: string) => ({ state: 'ok' as const, found })

/** Looks at the machine, the engine and a library. Never throws: what cannot be found out is a finding. */
export async function examine(library: string): Promise<Finding[]> {
  const looks: [string, Look][] = [
    ['program', async () => ok([await appVersion(), appCommit()].filter(Boolean).join(' '))],
    ['Node', node],
    ['system', () => ok(`${type()} ${release()} ${process.arch}`)],
    ['cores', () => ok(`${availableParallelism()} of ${cpuName()}`)],
    ['memory', () => ok(`${gigabytes(freemem())} free of ${gigabytes(totalmem())}`)],
    ['threads', sharedMemory],
    ['SIMD (portable)', () => tryEngine('portable')],
    ['relaxed SIMD (fma)', relaxedSimd],
    ['baselines', tryBaselines],
    ['library', () => writable(library)],
    ['free space', () => space(library)],
    ['datasets', () => datasets(library)],
    ['runs', () => runs(library)],
  ]
  const findings: Finding[] = []
  for (const [check, look] of looks) findings.push({ check, ...(await attempt(look)) })
  return findings
}

async function attempt(look: Look): Promise<Omit<Finding, 'check'>> {
  try {
    return await look()
  } catch (error) {
    return { state: 'bad', found: failureMessage(error) }
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

function node(): Omit<Finding, 'check'> {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isEnough = major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1])
  return isEnough
    ? ok(process.versions.node)
    : { state: 'bad', found: `${process.versions.node}; ${NODE_NEEDED.join('.')} or newer is needed.` }
}

function sharedMemory(): Omit<Finding, 'check'> {
  return typeof SharedArrayBuffer === 'function'
    ? ok('SharedArrayBuffer is there')
    : { state: 'bad', found: 'This Node has no SharedArrayBuffer.' }
}

/** Trains one epoch of six samples with the real kernel: its files, SIMD, threads and arithmetic at once. */
async function tryEngine(arithmetic: 'portable' | 'fma'): Promise<Omit<Finding, 'check'>> {
  const options = neuralConfigSchema.parse({
    model: 'NeuMF',
    factors: 4,
    negativesPerPositive: 1,
    arithmetic,
  })
  const spec = modelSpec(options)
  const set = {
    userCount: 3,
    itemCount: 4,
    trainStart: Uint32Array.of(0, 1, 2, 3),
    trainItems: Int32Array.of(0, 1, 2),
  }
  const engine = createCpuEngine({
    assets,
    arithmetic,
    threads: 2,
  })
  const weights = initialWeights(spec, set.userCount, set.itemCount, options.seed)
  const session = await engine.openSession({ spec, set, options, weights })
  try {
    const { lossSum, samples } = await session.train({ epoch: 1, fromStep: 0, toStep: session.stepsPerEpoch })
    const loss = lossSum / samples
    // An untrained model answers 0.5 for every pair, so its loss is near ln 2.
    if (Math.abs(loss - Math.LN2) < 0.2) return ok(`the engine trains (loss ${loss.toFixed(4)})`)
    return {
      state: 'bad',
      found: `The engine gives a loss of ${loss} where ${Math.LN2.toFixed(4)} is expected.`,
    }
  } finally {
    await session.dispose()
  }
}

/** Inverts [[4]]: the module of linear algebra is there and works. */
function tryBaselines(): Omit<Finding, 'check'> {
  const inversion = createLinearAlgebra({ assets }).openInversion(1)
  inversion.matrix[0] = 4
  for (let step = 0; step < inversion.steps; step++) inversion.step(step)
  if (inversion.matrix[0] === 0.25) return ok('equations are solved')
  return { state: 'bad', found: `The inverse of 4 comes out as ${inversion.matrix[0]}.` }
}

/** The portable arithmetic, the default, does without it. */
async function relaxedSimd(): Promise<Omit<Finding, 'check'>> {
  const finding = await attempt(() => tryEngine('fma'))
  return finding.state === 'bad' ? { ...finding, state: 'note' } : finding
}

async function writable(library: string): Promise<Omit<Finding, 'check'>> {
  await mkdir(library, { recursive: true })
  await access(library, constants.R_OK | constants.W_OK)
  return ok(library)
}

async function space(library: string): Promise<Omit<Finding, 'check'>> {
  const { bavail, bsize } = await statfs(library)
  const free = bavail * bsize
  return { state: free < LOW_SPACE ? 'note' : 'ok', found: gigabytes(free) }
}

function tally(all: number, problems: readonly string[]): Omit<Finding, 'check'> {
  return problems.length === 0
    ? ok(String(all))
    : { state: 'note', found: `${all}, of which damaged: ${problems.join('; ')}` }
}

async function datasets(library: string): Promise<Omit<Finding, 'check'>> {
  const entries = await (await openDatasetLibrary(library)).list()
  const problems = entries.flatMap((entry) =>
    'problem' in entry ? [`${entry.id} (${entry.problem.code})`] : [],
  )
  return tally(entries.length, problems)
}

async function runs(library: string): Promise<Omit<Finding, 'check'>> {
  const entries = await openRunStore(library).list()
  const problems = entries.flatMap(({ id, problem }) => (problem ? [`${id} (${problem.code})`] : []))
  return tally(entries.length, problems)
}
