import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { callNcf, jsonLines, ncfJson, startNcf, temporaryLibrary, trained, type Line } from './ncfProcess.ts'

const library = await temporaryLibrary()
const flags = ['--data', 'sample', '--model', 'NeuMF', '--factors', '8', '--epochs', '4', '--threads', '1']
const undisturbed = await trained(library, ...flags)

/** A training that is in the middle of an epoch. */
async function inMidTraining(...more: string[]) {
  const call = startNcf(library, ['train', ...flags, ...more, '--json'])
  await call.seen('"epoch":1')
  return call
}

/** The number of the program's one child process, or '' while there is none. */
function childOf(pid: number | undefined): string {
  return spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.trim()
}

function engineOf(pid: number | undefined): number {
  return Number(childOf(pid))
}

/** A process that was killed may stay listed as a zombie (Z) until its new parent looks at it. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return /^[^Z\s]/.test(stdout)
}

async function resumed(runId: unknown): Promise<Line> {
  return (await ncfJson(library, 'runs', 'resume', runId as string)).at(-1)!
}

describe('an interrupted training', () => {
  it('ends with 130, says how to go on, and resumes to the bits of an undisturbed one', async () => {
    const { child, ended } = await inMidTraining()
    child.kill('SIGINT')
    const outcome = await ended
    expect(outcome.code).toBe(130)
    const end = jsonLines(outcome).at(-1)!
    expect(end).toMatchObject({ event: 'end', status: 'interrupted' })
    expect(outcome.stderr).toContain(`ncf runs resume ${end.runId as string}`)
    const [shown] = await ncfJson(library, 'runs', 'show', end.runId as string)
    expect(shown.status).toBe('interrupted')
    expect(await resumed(end.runId)).toEqual({ ...undisturbed, runId: end.runId })
  })

  it('is checkpointed at SIGTERM as well', async () => {
    const { child, ended } = await inMidTraining('--epochs', '500')
    child.kill('SIGTERM')
    const outcome = await ended
    expect(outcome.code).toBe(130)
    expect(jsonLines(outcome).at(-1)).toMatchObject({ event: 'end', status: 'interrupted' })
  })

  it.skipIf(process.platform === 'win32')(
    'is checkpointed when its terminal closes, which may hang up twice (skipped on Windows, which has no such signal)',
    async () => {
      const { child, ended } = await inMidTraining('--epochs', '500')
      for (const pid of [child.pid!, engineOf(child.pid), child.pid!]) process.kill(pid, 'SIGHUP')
      const outcome = await ended
      expect(outcome.code).toBe(130)
      expect(jsonLines(outcome).at(-1)).toMatchObject({ event: 'end', status: 'interrupted' })
    },
  )

  it('resumes to the same bits after the program was killed', async () => {
    const { child, ended } = await inMidTraining()
    child.kill('SIGKILL')
    const killed = jsonLines(await ended)
    const end = await resumed(killed[0].runId)
    expect(end.weightsHash).toBe(undisturbed.weightsHash)
  })

  it.skipIf(process.platform === 'win32')(
    'ends at once at a second signal (skipped on Windows, which has no such signals)',
    async () => {
      const { child, seen, ended } = await inMidTraining('--epochs', '500')
      // An engine process that stands still never answers the first signal.
      const engine = engineOf(child.pid)
      process.kill(engine, 'SIGSTOP')
      child.kill('SIGINT')
      await seen('Stopping')
      child.kill('SIGINT')
      const outcome = await ended
      expect(outcome.code).toBe(130)
      expect(jsonLines(outcome).map(({ event }) => event)).not.toContain('end')
      await expect.poll(() => isRunning(engine)).toBe(false)
    },
  )

  it.skipIf(process.platform === 'win32')(
    'fails with one line on how to go on when the engine process dies (skipped on Windows, which lacks pgrep)',
    async () => {
      const { child, ended } = await inMidTraining('--epochs', '500')
      process.kill(engineOf(child.pid), 'SIGKILL')
      const { code, stderr } = await ended
      expect(code).toBe(1)
      expect(stderr).toMatch(/^error: The engine process was ended by SIGKILL\b[^\n]*ncf runs resume \S+\n$/)
    },
  )

  it.skipIf(process.platform === 'win32')(
    'ends with 130 also when Ctrl+C comes before the engine process listens (skipped on Windows, which has no groups)',
    async () => {
      const { child, seen, ended } = startNcf(library, ['train', ...flags, '--json'], { ownGroup: true })
      await expect.poll(() => childOf(child.pid), { interval: 5, timeout: 20_000 }).not.toBe('')
      process.kill(-child.pid!, 'SIGINT')
      await seen('Stopping')
      const outcome = await ended
      expect(outcome.code).toBe(130)
      const end = jsonLines(outcome).at(-1)!
      expect(end).toMatchObject({ event: 'end', status: 'interrupted' })
      expect((await resumed(end.runId)).weightsHash).toBe(undisturbed.weightsHash)
    },
  )

  it('is checkpointed and ends with 130 when nobody reads its output any more', async () => {
    const { child, seen, ended } = await inMidTraining('--epochs', '500', '--name', 'unread')
    child.stdout!.destroy()
    await seen('Nobody reads the output any more')
    expect((await ended).code).toBe(130)
    const [shown] = await ncfJson(library, 'runs', 'show', 'unread')
    expect(shown.status).toBe('interrupted')
  })

  it('cannot be removed while it trains', async () => {
    const { child, ended } = await inMidTraining('--epochs', '500', '--name', 'busy')
    const refused = await callNcf(library, ['runs', 'remove', 'busy'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/^error: Run \S+ is in use by another process/)
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
  })
})

it('resuming a finished run shows its result and trains nothing', async () => {
  const outcome = await callNcf(library, ['runs', 'resume', undisturbed.runId as string, '--json'])
  expect(outcome.code).toBe(0)
  expect(outcome.stderr).toContain('finished already')
  expect(jsonLines(outcome)).toEqual([undisturbed])
})
