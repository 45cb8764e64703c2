import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MODEL_NAMES } from '../../src-main/core/models/modelSpec.ts'
import type { EpochRecord, RunMetrics } from '../../src-main/core/run/epochRecord.ts'
import { runConfigSchema } from '../../src-main/core/run/runConfig.ts'
import type { Provenance, RunData, RunRecord } from '../../src-main/core/run/runRecord.ts'
import { summarizeRun } from '../../src-main/core/run/runSummary.ts'

const FACTORS = [8, 16, 32, 64]
const EPOCHS = 20
const START = Date.UTC(2026, 0, 1)

const provenance: Provenance = {
  appVersion: '0.1.0',
  engine: 'cpu',
  device: 'CPU',
  arithmetic: 'portable',
  threads: 'auto',
  nodeVersion: '20.20.0',
  os: 'Linux',
  cpu: 'some CPU',
  sourceFiles: [],
}

/** A curve like a real one: rising with K, higher for later epochs up to a point, a little different for each run. */
function metrics(run: number, epoch: number): RunMetrics {
  const level = 0.45 + 0.2 * (1 - Math.exp(-epoch / 6)) - 0.002 * epoch + 0.01 * Math.sin(run)
  const hr = Array.from({ length: 20 }, (_, k) => Math.min(1, level * Math.pow((k + 1) / 10, 0.4)))
  return { users: 6040, hr, ndcg: hr.map((value) => value * 0.6), mrr: level * 0.5, auc: 0.9 }
}

function epochs(run: number): EpochRecord[] {
  return Array.from({ length: EPOCHS }, (_, i) => ({
    epoch: i + 1,
    loss: 0.4 * Math.exp(-i / 10) + 0.2,
    test: metrics(run, i + 1),
    trainSeconds: 2.5,
    evaluateSeconds: 0.02,
    samplesPerSecond: 2e6,
    step: 19_418 * (i + 1),
  }))
}

/** Writes finished runs into a library, as a year of work would leave them; 5 seeds for each configuration. */
export async function writeManyRuns(library: string, count: number, data: RunData): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, run) => run)
  return Promise.all(ids.map((run) => writeRun(library, run, data)))
}

async function writeRun(library: string, run: number, data: RunData): Promise<string> {
  const group = Math.floor(run / 5)
  const model = MODEL_NAMES[group % MODEL_NAMES.length]
  const config = runConfigSchema.parse({
    model,
    factors: FACTORS[Math.floor(group / 3) % FACTORS.length],
    learningRate: 0.001 * (1 + Math.floor(group / 12)),
    seed: String(run % 5),
  })
  const createdAt = new Date(START + run * 3_600_000).toISOString()
  const stamp = createdAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  const id = `${stamp}-${model.toLowerCase()}-${run.toString(36).padStart(4, '0')}`
  const lines = epochs(run)
  const summary = summarizeRun(lines, 'paper', { weightsHash: 'a'.repeat(64) })
  const record: RunRecord = {
    ...{ schemaVersion: 1, id, createdAt, status: 'finished', config, data, provenance, summary },
  }
  const labels = {
    ...{ schemaVersion: 1, name: `${model} ${group}`, notes: '', starred: run % 17 === 0, archived: false },
    tags: [`sweep-${group % 8}`],
  }
  const folder = join(library, 'runs', id)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`)
  await writeFile(join(folder, 'labels.json'), `${JSON.stringify(labels, null, 2)}\n`)
  await writeFile(join(folder, 'epochs.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return id
}
