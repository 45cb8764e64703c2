import { expect, it } from 'vitest'
import { describeDifferences, type ComputingOrigin } from '../../src-main/trainer/runOrigin.ts'

const origin: ComputingOrigin = {
  appVersion: '1.0.0',
  commit: 'abc',
  engine: 'cpu',
  device: 'one CPU',
  arithmetic: 'portable',
}

it('finds no difference where nothing differs or a commit is not known', () => {
  expect(describeDifferences(origin, { ...origin })).toBeUndefined()
  expect(describeDifferences(origin, { ...origin, commit: undefined })).toBeUndefined()
  expect(describeDifferences({ ...origin, commit: undefined }, origin)).toBeUndefined()
})

it('says that another device gives the same numbers in portable arithmetic, and perhaps not in fma', () => {
  const other = { ...origin, device: 'another CPU' }
  expect(describeDifferences(origin, other)).toBe(
    'The run was begun with device one CPU (now another CPU). Portable arithmetic gives the same numbers on both.',
  )
  const fused = { arithmetic: 'fma' as const }
  expect(describeDifferences({ ...origin, ...fused }, { ...other, ...fused })).toMatch(/numbers may differ/)
})

it('names every difference', () => {
  const now = { ...origin, appVersion: '2.0.0', commit: 'def', engine: 'webgpu' }
  expect(describeDifferences(origin, now)).toMatch(
    /^The run was begun with version 1\.0\.0 \(now 2\.0\.0\), commit abc \(now def\), engine cpu \(now webgpu\)\. The numbers may differ/,
  )
})
