import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { callNcf, jsonLines, ncfJson, startNcf, temporaryLibrary, type Line } from './ncfProcess.ts'

const library = await temporaryLibrary()
const sizes = ['--factors', '4', '--layers', '2', '--negatives', '1', '--threads', '1']
const fused = ['--data', 'sample', '--model', 'NeuMF-pre', '--epochs', '2', '--lr', '0.01']
const parts = ['--pretrain-epochs', '2', '--pretrain-lr', '0.002']
const chain = [...fused, ...sizes, ...parts]

const whole = await ncfJson(library, 'train', ...chain)
const ends = whole.filter(({ event }) => event === 'end')
const [gmf, mlp, neumf] = ends.map(({ runId }) => runId as string)

const show = async (id: unknown) => (await ncfJson(library, 'runs', 'show', id as string))[0]

async function refusal(...args: string[]) {
  const { code, stderr } = await callNcf(library, ['train', ...args])
  return { code, stderr }
}

describe('train --model NeuMF-pre', () => {
  it('trains GMF, MLP and then the NeuMF that starts from them, each with its lines', () => {
    expect(whole.map(({ event }) => event)).toEqual([
      ...['epoch', 'epoch', 'end'],
      ...['epoch', 'epoch', 'end'],
      ...['epoch', 'epoch', 'end'],
    ])
    expect(ends.every(({ status }) => status === 'finished')).toBe(true)
    expect([gmf, mlp, neumf].map((id) => /-(\w+)-\w+$/.exec(id)![1])).toEqual(['gmf', 'mlp', 'neumf'])
  })

  it('stores parts by Adam at their own rate, and a NeuMF by SGD that names them', async () => {
    const own = { optimizer: 'adam', learningRate: 0.002, factors: 4, epochs: 2, negativesPerPositive: 1 }
    expect((await show(gmf)).config).toMatchObject({ model: 'GMF', ...own })
    expect(await show(mlp)).toMatchObject({
      config: { model: 'MLP', layers: 2, ...own },
      tags: ['pre-training'],
    })
    expect((await show(neumf)).config).toMatchObject({
      ...{ model: 'NeuMF', optimizer: 'sgd', learningRate: 0.01, epochs: 2 },
      pretraining: { alpha: 0.5, gmf: { runId: gmf }, mlp: { runId: mlp } },
    })
    const { stdout } = await callNcf(library, ['runs', 'show', neumf])
    expect(stdout).toContain(`starts from GMF run ${gmf} and MLP run ${mlp}, alpha 0.5`)
    const listed = (await ncfJson(library, 'runs', 'list')).filter(({ pretrained }) => pretrained)
    expect(listed.map(({ id }) => id)).toEqual([neumf])
    expect((await callNcf(library, ['runs', 'list'])).stdout).toMatch(/-neumf-\S+ .*│ NeuMF-pre │/)
  })

  it('tells people of each part in its place, and shows one table at the end', async () => {
    const { code, stdout, stderr } = await callNcf(library, ['train', ...chain])
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /The GMF first, run \S+-gmf-[^]*GMF: HR@10 \.\d{4}[^]*The MLP first[^]*MLP: HR@10[^]*The NeuMF from its parts/,
    )
    expect(stdout.match(/HR@10/g)).toHaveLength(1)
    expect(stdout).toMatch(/NeuMF on sample/)
  })

  it('starts from given runs or files in their sizes, and reaches the same weights', async () => {
    const settings = [...fused, '--negatives', '1', '--threads', '1']
    const ofRuns = await ncfJson(library, 'train', ...settings, '--gmf', gmf, '--mlp', mlp)
    expect(ofRuns.map(({ event }) => event)).toEqual(['epoch', 'epoch', 'end'])
    expect(ofRuns.at(-1)).toMatchObject({ weightsHash: ends[2].weightsHash })
    const file = join(library, 'mlp.safetensors')
    await copyFile(join(library, 'runs', mlp, 'best.safetensors'), file)
    const mixed = await ncfJson(library, 'train', ...settings, '--gmf', gmf, '--mlp', file)
    expect(mixed.at(-1)!.weightsHash).toBe(ends[2].weightsHash)
  })

  it('refuses parts and flags that do not fit, before anything is stored', async () => {
    const before = (await ncfJson(library, 'runs', 'list')).length
    const other = await refusal('--data', 'sample', '--model', 'NeuMF', '--gmf', gmf)
    expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/--gmf is for --model NeuMF-pre/) })
    const share = await refusal(...chain, '--alpha', '1.5')
    expect(share).toMatchObject({ code: 2, stderr: expect.stringMatching(/--alpha: .* from 0 to 1/) })
    const wide = await refusal(...chain, '--factors', '8', '--gmf', gmf)
    expect(wide).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/has 4 factors, but this NeuMF has 8/),
    })
    const swapped = await refusal(...fused, '--gmf', mlp, '--mlp', gmf)
    expect(swapped).toMatchObject({ code: 1, stderr: expect.stringMatching(/is an MLP.* from a GMF/) })
    const gone = await refusal(...fused, '--gmf', 'nothing')
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringMatching(/No run has the id or the name/) })
    expect(await ncfJson(library, 'runs', 'list')).toHaveLength(before)
  })

  it('goes on where it was interrupted when its NeuMF is resumed, to the same bits', async () => {
    const longer = [...fused, ...sizes, '--pretrain-epochs', '15', '--pretrain-lr', '0.002']
    const undisturbed = (await ncfJson(library, 'train', ...longer)).at(-1)!
    const { child, seen, ended } = startNcf(library, ['train', ...longer, '--json'])
    await seen('-mlp-')
    child.kill('SIGINT')
    const outcome = await ended
    expect(outcome.code).toBe(130)
    const next = /ncf runs resume (\S+-neumf-\S+)/.exec(outcome.stderr)![1]
    const lines = jsonLines(outcome)
    expect(lines.at(-1)).toMatchObject({ event: 'end', status: 'interrupted' })
    const resumed = await ncfJson(library, 'runs', 'resume', next)
    expect(resumed.filter(({ event }) => event === 'end').map(({ runId }) => runId)).toEqual([
      lines.at(-1)!.runId,
      next,
    ])
    expect(resumed.at(-1)!.weightsHash).toBe(undisturbed.weightsHash)
  }, 60_000)
})

describe('a chain whose program is killed', () => {
  const killed = [...chain, '--epochs', '8', '--pretrain-epochs', '8']

  let whole: Promise<Line[]> | undefined
  const undisturbed = async () => (await (whole ??= ncfJson(library, 'train', ...killed))).at(-1)!.weightsHash

  it.each(['gmf', 'mlp', 'neumf'])(
    'in its %s ends in the same bits when its NeuMF is resumed',
    async (where) => {
      const { child, seen, ended } = startNcf(library, ['train', ...killed, '--name', where, '--json'])
      await seen(`-${where}-`)
      child.kill('SIGKILL')
      await ended
      const resumed = await ncfJson(library, 'runs', 'resume', where)
      expect(resumed.at(-1)!.runId).toContain('-neumf-')
      expect(resumed.at(-1)!.weightsHash).toBe(await undisturbed())
    },
    60_000,
  )
})

describe('train --seeds', () => {
  const settings = ['--data', 'sample', '--model', 'GMF', '--epochs', '1', ...sizes, '--full-ranking']
  const meanOf = (lines: readonly Line[], field: string) =>
    lines.reduce((sum, line) => sum + (line[field] as number), 0) / lines.length

  it('trains a run for each seed and tells their mean and deviation last', async () => {
    const lines = await ncfJson(library, 'train', ...settings, '--seed', '7', '--seeds', '3')
    const runs = lines.filter(({ event }) => event === 'end')
    const group = lines.at(-1) as Line & { mean: Record<string, number>; sd: Record<string, number> }
    expect(group).toMatchObject({ event: 'group', runs: runs.map(({ runId }) => runId) })
    const figures = ['hr@10', 'ndcg@10', 'fullHr@10', 'fullNdcg@10']
    expect(Object.keys(group.mean)).toEqual(figures)
    for (const name of figures) {
      const mean = meanOf(runs, name)
      expect(group.mean[name]).toBeCloseTo(mean, 12)
      const squares = runs.reduce((sum, run) => sum + ((run[name] as number) - mean) ** 2, 0)
      expect(group.sd[name]).toBeCloseTo(Math.sqrt(squares / 2), 12)
    }
    const seeds: unknown[] = []
    for (const { runId } of runs) seeds.push(((await show(runId)).config as { seed: string }).seed)
    expect(seeds).toEqual(['7', '8', '9'])
  })

  it('trains the whole chain from each seed, and counts its NeuMFs alone', async () => {
    const lines = await ncfJson(library, 'train', ...chain, '--seeds', '2')
    const runs = lines.filter(({ event }) => event === 'end')
    expect(runs).toHaveLength(6)
    expect(lines.at(-1)).toMatchObject({ event: 'group', runs: [runs[2].runId, runs[5].runId] })
    const { config } = await show(runs[5].runId)
    expect(config).toMatchObject({ seed: '43', pretraining: { gmf: { runId: runs[3].runId } } })
  })

  it('puts the mean in a table for people, sampled and full ranking apart', async () => {
    const { stdout } = await callNcf(library, ['train', ...settings, '--seeds', '2'])
    expect(stdout).toMatch(/all seeds +│ HR@10 │ sd +│ NDCG@10 │ sd/)
    expect(stdout).toMatch(/mean of 2 seeds │ \.\d{4} │ \.\d{4} │ \.\d{4} +│ \.\d{4}/)
    expect(stdout).toMatch(/all seeds, full ranking/)
  })

  it('is refused for a model that has one solution', async () => {
    expect(await refusal('--data', 'sample', '--model', 'EASE', '--seeds', '2')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--seeds: EASE has one solution/),
    })
  })
})
