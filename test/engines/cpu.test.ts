import { createCpuEngine } from '../../src-main/engines/cpu/cpuEngine.ts'
import { describeEngine } from './conformance.ts'

const assets = new URL('../../out/engines/cpu/', import.meta.url)

for (const arithmetic of ['portable', 'fma'] as const) {
  describeEngine(`cpu (${arithmetic})`, (threads) => createCpuEngine({ assets, arithmetic, threads }))
}
