import { DatasetError } from '../../core/dataset/datasetError.ts'

/** Counts one packed stream. */
export interface UnpackMeter {
  packed(bytes: number): void
  /** @throws DatasetError `archive-too-large` as soon as a limit is passed. */
  unpacked(bytes: number): void
}

/** MovieLens 32M unpacks to under 1 GiB; nothing that this program can train on comes near this. */
const MAXIMUM_TOTAL_BYTES = 16 * 2 ** 30
/** Interactions pack about 4:1, a file of constants 30:1; deflate reaches 1032:1. */
const MAXIMUM_RATIO = 200
/** Small files may be as repetitive as they like. */
const RATIO_FREE_BYTES = 16 * 2 ** 20

/** Stops decompression bombs by what really comes out, whatever the headers claim. */
export class UnpackGuard {
  private total = 0

  meter(file: string): UnpackMeter {
    let packedBytes = 0
    let unpackedBytes = 0
    return {
      packed: (bytes) => void (packedBytes += bytes),
      unpacked: (bytes) => {
        unpackedBytes += bytes
        this.total += bytes
        if (this.total > MAXIMUM_TOTAL_BYTES)
          throw tooLarge(file, `more than ${MAXIMUM_TOTAL_BYTES / 2 ** 30} GiB`)
        const free = unpackedBytes <= RATIO_FREE_BYTES
        if (!free && unpackedBytes > packedBytes * MAXIMUM_RATIO)
          throw tooLarge(file, `over ${MAXIMUM_RATIO} times its size`)
      },
    }
  }
}

function tooLarge(file: string, what: string): DatasetError {
  return new DatasetError(
    'archive-too-large',
    `unpacks to ${what}, as no table of interactions does: unpack it yourself if you trust it.`,
    { file },
  )
}
