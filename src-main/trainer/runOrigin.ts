import type { EngineInfo } from '../core/engine.ts'
import type { Provenance } from '../core/run/runRecord.ts'

/** The part of a run's origin that its numbers can depend on. */
export type ComputingOrigin = Pick<Provenance, 'appVersion' | 'commit' | 'engine' | 'device' | 'arithmetic'>

/** This program with this engine. */
export function originHere(
  { name, device, arithmetic }: EngineInfo,
  program: { appVersion: string; commit?: string },
): ComputingOrigin {
  return { ...program, engine: name, device, arithmetic }
}

const WORDS: Record<keyof ComputingOrigin, string> = {
  appVersion: 'version',
  commit: 'commit',
  engine: 'engine',
  device: 'device',
  arithmetic: 'arithmetic',
}

/**
 * Says what a run goes on with that differs from what it was begun with, and what that means; undefined when nothing
 * does. A commit that is not known is no difference.
 */
export function describeDifferences(begun: ComputingOrigin, now: ComputingOrigin): string | undefined {
  const fields = (Object.keys(WORDS) as (keyof ComputingOrigin)[]).filter(
    (field) => begun[field] !== undefined && now[field] !== undefined && begun[field] !== now[field],
  )
  if (fields.length === 0) return undefined
  const differences = fields.map((field) => `${WORDS[field]} ${begun[field]} (now ${now[field]})`).join(', ')
  const isHarmless = now.arithmetic === 'portable' && fields.every((field) => field === 'device')
  const consequence = isHarmless
    ? 'Portable arithmetic gives the same numbers on both'
    : 'The numbers may differ in the last digits from those of a run that was never interrupted'
  return `The run was begun with ${differences}. ${consequence}.`
}
