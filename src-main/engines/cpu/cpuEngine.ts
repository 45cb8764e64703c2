import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { EngineError, type Arithmetic, type Engine } from '../../core/engine.ts'
import { cpuDemandHere, threadsToStart } from './cpuDemand.ts'
import { CpuSession } from './cpuSession.ts'

export interface CpuEngineOptions {
  /** Folder of kernel.portable.wasm, kernel.fma.wasm and worker.js. */
  assets: URL
  arithmetic: Arithmetic
  /** Threads to train with; 'auto' measures while training, which does not change the numbers. */
  threads: number | 'auto'
}

/** The engine that is always there: WebAssembly SIMD on the CPU's cores. Throws EngineError. */
export function createCpuEngine({ assets, arithmetic, threads }: CpuEngineOptions): Engine {
  const module = new WebAssembly.Module(kernelBytes(assets, arithmetic))
  return {
    info: { name: 'cpu', device: cpus()[0]?.model.trim() ?? 'unknown CPU', arithmetic, threads },
    tolerance: { weights: 2e-6, loss: 1e-6 },
    demand: (config, shape) => cpuDemandHere(config, shape, threads),
    openSession: (problem) =>
      CpuSession.open(problem, {
        module,
        worker: new URL('worker.js', assets),
        maximumThreads: threadsToStart(threads),
        fixedThreads: threads === 'auto' ? undefined : threads,
      }),
  }
}

function kernelBytes(assets: URL, arithmetic: Arithmetic): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(readFileSync(new URL(`kernel.${arithmetic}.wasm`, assets)))
  if (arithmetic === 'fma') enableRelaxedSimd(bytes)
  if (!WebAssembly.validate(bytes)) {
    throw new EngineError(
      'unavailable',
      `This machine's WebAssembly has no ${arithmetic === 'fma' ? 'relaxed SIMD (arithmetic fma): use arithmetic portable' : 'SIMD and threads: use Node 20 or newer'}.`,
    )
  }
  return bytes
}

/** V8 knew relaxed SIMD behind a flag before 11.4 (Node 20 has 11.3); newer ones have no such flag. */
function enableRelaxedSimd(bytes: Uint8Array<ArrayBuffer>): void {
  const [major, minor] = process.versions.v8.split('.').map(Number)
  if (!WebAssembly.validate(bytes) && (major < 11 || (major === 11 && minor < 4))) {
    setFlagsFromString('--experimental-wasm-relaxed-simd')
  }
}
