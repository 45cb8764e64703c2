import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readSafetensorsIndex } from './safetensors.ts'

/** A file of weights without its weights. */
export interface WeightsFile {
  sha256: string
  /** Of its tensors, by name. */
  shapes: ReadonlyMap<string, readonly number[]>
}

/** SHA-256 of a file, in hex. Throws Node's own errors. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array)
  return hash.digest('hex')
}

/** Reads what a safetensors file holds. Throws SafetensorsError, or Node's own errors. */
export async function describeWeightsFile(path: string): Promise<WeightsFile> {
  const { entries } = await readSafetensorsIndex(path)
  return { sha256: await fileHash(path), shapes: new Map(entries.map(({ name, shape }) => [name, shape])) }
}
