import { readFileSync, truncateSync } from 'node:fs'
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NeuralConfigInput, Pretraining } from '../../src-main/core/run/runConfig.ts'
import { exportRun, importRun } from '../../src-main/node/runArchive.ts'
import { readSafetensors, type Tensor } from '../../src-main/node/safetensors.ts'
import { fileHash } from '../../src-main/node/weightsFile.ts'
import type { TrainingEvent } from '../../src-main/trainer/messages.ts'
import { libraryWithSample, train, type Library } from './runFixture.ts'

const sizes = { factors: 4, layers: 2, epochs: 2, negativesPerPositive: 1 } as const
const fused = { ...sizes, model: 'NeuMF', optimizer: 'sgd', learningRate: 0.01 } as const

const inMidEpoch = (events: TrainingEvent[]) => events.some(({ kind }) => kind === 'progress')
const afterAnEpoch = (events: TrainingEvent[]) => events.some(({ kind }) => kind === 'epoch')

/** Trains to the end; where asked, in two pieces, the program having ended in the middle. */
async function trainWhole(library: Library, runId: string, broken: boolean): Promise<string> {
  if (broken) expect((await train(library, runId, inMidEpoch)).end.status).toBe('interrupted')
  return (await train(library, runId)).end.summary!.weightsHash!
}

const ofRun = (runId: string) => ({ runId, groupKey: 'group' })

/** GMF, MLP and the NeuMF that starts from them. */
async function chain(library: Library, broken?: 'GMF' | 'MLP' | 'NeuMF') {
  const gmf = await library.createRun({ ...sizes, model: 'GMF' })
  const mlp = await library.createRun({ ...sizes, model: 'MLP' })
  const pretraining = { gmf: ofRun(gmf), mlp: ofRun(mlp) }
  const neumf = await library.createRun({ ...fused, pretraining: { alpha: 0.5, ...pretraining } })
  const hashes = [
    await trainWhole(library, gmf, broken === 'GMF'),
    await trainWhole(library, mlp, broken === 'MLP'),
    await trainWhole(library, neumf, broken === 'NeuMF'),
  ]
  return { gmf, mlp, neumf, hashes }
}

/** A library with a finished GMF and a finished MLP, and NeuMFs that start from them. */
async function parts() {
  const library = await libraryWithSample()
  const gmf = await library.createRun({ ...sizes, model: 'GMF' })
  const mlp = await library.createRun({ ...sizes, model: 'MLP' })
  for (const id of [gmf, mlp]) await train(library, id)
  const fuse = (pretraining: Partial<Pretraining> = {}, config: Partial<NeuralConfigInput> = {}) =>
    library.createRun({
      ...{ ...fused, ...config },
      pretraining: { alpha: 0.5, gmf: ofRun(gmf), mlp: ofRun(mlp), ...pretraining },
    })
  const fileOf = (id: string, name: string) => join(library.library, 'runs', id, `${name}.safetensors`)
  return { library, gmf, mlp, fuse, fileOf }
}

const values = (tensors: readonly Tensor[], name: string) => [
  ...tensors.find((tensor) => tensor.name === name)!.data,
]

describe('a chain of GMF, MLP and NeuMF', () => {
  it('ends in the same bits wherever it is interrupted', async () => {
    const library = await libraryWithSample()
    const undisturbed = await chain(library)
    for (const model of ['GMF', 'MLP', 'NeuMF'] as const)
      expect((await chain(library, model)).hashes).toEqual(undisturbed.hashes)
  })

  it('begins the NeuMF with the best epochs of its parts, which are better than chance from the first step', async () => {
    const { library, gmf, mlp, fuse, fileOf } = await parts()
    const neumf = await fuse({ alpha: 0.25 })
    await train(library, neumf)
    const [left, right, whole] = await Promise.all(
      [fileOf(gmf, 'best'), fileOf(mlp, 'best'), fileOf(neumf, 'initial')].map((file) =>
        readSafetensors(file),
      ),
    )
    for (const name of ['gmf.user.weight', 'gmf.item.weight'])
      expect(values(whole.tensors, name)).toEqual(values(left.tensors, name))
    for (const name of ['mlp.user.weight', 'mlp.item.weight', 'tower.0.weight', 'tower.1.bias'])
      expect(values(whole.tensors, name)).toEqual(values(right.tensors, name))
    expect(values(whole.tensors, 'predict.weight')).toEqual([
      ...values(left.tensors, 'predict.weight').map((value) => Math.fround(0.25 * value)),
      ...values(right.tensors, 'predict.weight').map((value) => Math.fround(0.75 * value)),
    ])
    const { record } = await library.store.read(neumf)
    expect(record.initialWeightsHash).toMatch(/^[0-9a-f]{64}$/)
    const [first] = (await library.store.readEpochs(neumf)).epochs
    const [drawn] = (await library.store.readEpochs(gmf)).epochs
    expect(first.loss!).toBeLessThan(drawn.loss!)
    const log = readFileSync(join(library.library, 'runs', neumf, 'log.txt'), 'utf8')
    expect(log).toContain(`Begins with GMF run ${gmf} and MLP run ${mlp}, alpha 0.25.`)
  })

  it('needs its parts no more once it has begun, also when it starts again from its first weights', async () => {
    const { library, gmf, mlp, fuse, fileOf } = await parts()
    const whole = await trainWhole(library, await fuse(), false)
    for (const loses of [[], ['last']]) {
      const broken = await fuse()
      await train(library, broken, afterAnEpoch)
      const removed = [await library.store.remove(gmf), await library.store.remove(mlp)]
      for (const name of loses) truncateSync(fileOf(broken, name), 100)
      expect(await trainWhole(library, broken, false)).toBe(whole)
      for (const { name } of removed) await library.store.restore(name)
    }
  })

  it('makes first weights that are damaged from its parts again, and says so', async () => {
    const { library, fuse, fileOf } = await parts()
    const whole = await trainWhole(library, await fuse(), false)
    const broken = await fuse()
    await train(library, broken, afterAnEpoch)
    const file = fileOf(broken, 'initial')
    const bytes = readFileSync(file)
    bytes[bytes.length - 3] ^= 0x40
    await writeFile(file, bytes)
    const { end, notices } = await train(library, broken)
    expect(notices[0]).toMatch(/initial.*made of its parts again/)
    expect(end.summary!.weightsHash).toBe(whole)
  })

  it('takes its first weights along when it is exported and imported without its parts', async () => {
    const { library, fuse } = await parts()
    const whole = await trainWhole(library, await fuse(), false)
    const broken = await fuse()
    await train(library, broken, inMidEpoch)
    const archive = join(library.library, 'broken.zip')
    await exportRun(library.library, broken, archive)
    const other = await libraryWithSample()
    const { id } = await importRun(other.library, archive)
    truncateSync(join(other.library, 'runs', id, 'last.safetensors'), 100)
    expect(await trainWhole(other, id, false)).toBe(whole)
  })

  it('starts from files of weights as from the runs that they were taken of', async () => {
    const { library, gmf, mlp, fuse, fileOf } = await parts()
    const ofRuns = await trainWhole(library, await fuse(), false)
    const asFile = async (id: string, name: string) => {
      const file = join(library.library, name)
      await copyFile(fileOf(id, 'best'), file)
      return { file, sha256: await fileHash(file) }
    }
    const files = { gmf: await asFile(gmf, 'g.safetensors'), mlp: await asFile(mlp, 'm.safetensors') }
    expect(await trainWhole(library, await fuse(files), false)).toBe(ofRuns)
  })

  it('goes on under Adam without the momenta of its parts', async () => {
    const { library, fuse } = await parts()
    const neumf = await fuse({}, { optimizer: 'adam', learningRate: 0.001 })
    const { end } = await train(library, neumf)
    expect(end.summary!.selected.hr[9]).toBeGreaterThan(0.3)
  })
})

describe('a NeuMF whose parts cannot be had', () => {
  const refused = async (library: Library, id: string, code: string, message: RegExp) => {
    await expect(train(library, id)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    const { record } = await library.store.read(id)
    expect(record).toMatchObject({ status: 'failed', error: { code } })
    expect(record.initialWeightsHash).toBeUndefined()
  }

  it('says that one is gone, and goes on when it is back', async () => {
    const { library, gmf, fuse } = await parts()
    const neumf = await fuse()
    const { name } = await library.store.remove(gmf)
    await refused(library, neumf, 'part-missing', /GMF run \S+-gmf-\S+ is not in the library.*trash/)
    await library.store.restore(name)
    expect((await train(library, neumf)).end.status).toBe('finished')
  })

  it('says that one is not finished, of another model, of other sizes or of other data', async () => {
    const { library, gmf, mlp, fuse } = await parts()
    const unfinished = await library.createRun({ ...sizes, model: 'GMF' })
    await train(library, unfinished, afterAnEpoch)
    await refused(
      library,
      await fuse({ gmf: ofRun(unfinished) }),
      'part-unfinished',
      /but is interrupted: resume/,
    )
    await refused(library, await fuse({ gmf: ofRun(mlp) }), 'part-of-other-model', /is an MLP.* from a GMF/)
    await refused(library, await fuse({}, { factors: 8 }), 'part-of-other-size', /has 4 factors.* has 8/)
    await refused(library, await fuse({}, { layers: 1 }), 'part-of-other-size', /MLP run/)
    const { record } = await library.store.read(gmf)
    await library.store.updateRecord(gmf, { data: { ...record.data, fingerprint: 'f'.repeat(64) } })
    await refused(library, await fuse(), 'part-of-other-data', /fingerprint ffffffffffff/)
  })

  it('says that a file is gone, has changed or holds no such model', async () => {
    const { library, gmf, fuse, fileOf } = await parts()
    const file = join(library.library, 'g.safetensors')
    await copyFile(fileOf(gmf, 'best'), file)
    const sha256 = await fileHash(file)
    await refused(
      library,
      await fuse({ gmf: { file, sha256: '0'.repeat(64) } }),
      'part-changed',
      /has been changed/,
    )
    const ranks = join(library.library, 'runs', gmf, 'ranks.safetensors')
    const noModel = { file: ranks, sha256: await fileHash(ranks) }
    await refused(library, await fuse({ gmf: noModel }), 'part-of-other-model', /neither gmf\.user\.weight/)
    await rm(file)
    await refused(library, await fuse({ gmf: { file, sha256 } }), 'part-missing', /is not there any more/)
  })
})
