import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, StoreError } from './runErrors.ts'

/** 'initial': what a pre-trained NeuMF began with, so that its parts are not needed again. */
export const CHECKPOINTS = ['last', 'best', 'initial'] as const
export type CheckpointName = (typeof CHECKPOINTS)[number]

const RUN_ID = /^[a-z0-9][a-z0-9-]{0,79}$/
const SUFFIX_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/** `2026-11-24T08:15:30.123Z` as `20261124-081530`. */
function timeStamp(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
}

function randomSuffix(): string {
  return Array.from({ length: 4 }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]).join('')
}

/** An id that sorts by time (UTC) and is safe as a folder name everywhere: `20261124-081530-neumf-x7k2`. */
export function newRunId(model: string, time: Date): string {
  return `${timeStamp(time)}-${model.toLowerCase()}-${randomSuffix()}`
}

/** Another id of the same time and model. */
export function withNewSuffix(id: string): string {
  return `${id.replace(/-[a-z0-9]{4}$/, '').slice(0, 75)}-${randomSuffix()}`
}

/** Whether a text can be a run's id; anything else must never become part of a path. */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text)
}

/** `<library>/runs`. */
export function runsFolder(libraryDir: string): string {
  return join(libraryDir, 'runs')
}

/** `<library>/runs/<id>`. Throws StoreError for what cannot be an id. */
export function runFolder(libraryDir: string, id: string): string {
  if (isRunId(id)) return join(runsFolder(libraryDir), id)
  throw new StoreError(
    'run-not-found',
    `There is no run "${id}": that is not the form of a run id.`,
    libraryDir,
  )
}

/** The files of a run's folder. */
export const RUN_FILES = {
  record: 'run.json',
  labels: 'labels.json',
  epochs: 'epochs.jsonl',
  log: 'log.txt',
  best: 'best.safetensors',
  last: 'last.safetensors',
  initial: 'initial.safetensors',
  ranks: 'ranks.safetensors',
  evaluation: 'evaluation.json',
  lock: 'lock',
  labelsLock: 'labels.lock',
} as const

/** Reads and parses a JSON file; undefined when there is none. Throws StoreError `run-damaged` for broken JSON. */
export async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = text.trim() === '' ? 'it is empty' : (error as Error).message
    throw new StoreError('run-damaged', `${path} is not valid JSON: ${reason}.`, path, { cause: error })
  }
}

/** JSON as it is stored: readable, with a newline at the end. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
