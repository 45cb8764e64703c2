import type * as NodeFs from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'

const { limit } = vi.hoisted(() => ({ limit: { isReached: false } }))
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof NodeFs>()
  const watch = (...args: Parameters<typeof fs.watch>) => {
    if (limit.isReached) throw Object.assign(new Error('no watch left'), { code: 'ENOSPC' })
    return fs.watch(...args)
  }
  return { ...fs, watch }
})

const { watchLibrary } = await import('../../src-main/node/libraryWatch.ts')

it('a system whose handles run out while runs appear is looked at from then on, by one timer', async () => {
  const library = await mkdtemp(join(tmpdir(), 'ncf-watch-'))
  onTestFinished(() => rm(library, { recursive: true, force: true }))
  const timers = vi.spyOn(globalThis, 'setInterval')
  const seen = new Set<string>()
  const end = await watchLibrary(library, ({ runs }) => runs.forEach((id) => seen.add(id)))
  onTestFinished(end)
  limit.isReached = true
  const ids = Array.from({ length: 5 }, (_, i) => `20261124-08153${i}-neumf-x7k2`)
  await Promise.all(ids.map((id) => mkdir(join(library, 'runs', id))))
  await expect.poll(() => [...seen].sort()).toEqual(ids)
  expect(timers).toHaveBeenCalledTimes(1)
  seen.clear()
  await writeFile(join(library, 'runs', ids[0], 'run.json'), '{}')
  await expect.poll(() => [...seen], { timeout: 12_000 }).toEqual([ids[0]])
})
