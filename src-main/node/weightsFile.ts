import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { WeightsFile } from '../studio/ports.ts'
import { explained, isMissing } from './runErrors.ts'
import { readSafetensorsIndex } from './safetensors.ts'

/** SHA-256 of a file, in hex. Throws Node's own errors. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array)
  return hash.digest('hex')
}

/** Reads what a safetensors file holds; undefined where there is none. Throws SafetensorsError or StoreError. */
export function describeWeightsFile(path: string): Promise<WeightsFile | undefined> {
  return explained(path, async () => {
    try {
      const { entries } = await readSafetensorsIndex(path)
      const shapes = new Map(entries.map(({ name, shape }) => [name, shape]))
      return { sha256: await fileHash(path), shapes }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  })
}
