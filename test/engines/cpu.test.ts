import type { Engine } from '../../src-main/core/engine.ts'
import { createCpuEngine } from '../../src-main/engines/cpu/cpuEngine.ts'
import { describeEngine } from './conformance.ts'

const assets = new URL('../../out/engines/cpu/', import.meta.url)

/** One engine for each setting: every new one compiles the kernel anew. */
function keepEngines(create: (threads: number | 'auto') => Engine) {
  const kept = new Map<number | 'auto', Engine>()
  return (threads: number | 'auto') => {
    const engine = kept.get(threads) ?? create(threads)
    kept.set(threads, engine)
    return engine
  }
}

for (const arithmetic of ['portable', 'fma'] as const) {
  const create = keepEngines((threads) => createCpuEngine({ assets, arithmetic, threads }))
  describeEngine(`cpu (${arithmetic})`, create)
}
