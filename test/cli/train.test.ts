import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canMount, makeReadOnly, smallDisk } from '../node/runFixture.ts'
import { callNcf, jsonLines, ncf, ncfJson, temporaryLibrary, trained, writeTinyNcf } from './ncfProcess.ts'

const library = await temporaryLibrary()
const mounts = await canMount()
const usual = ['--data', 'sample', '--model', 'NeuMF', '--factors', '4', '--epochs', '2']
const sample = [...usual, '--threads', '1']

describe('train --json', () => {
  it('prints an epoch a line and the result last, with the promised fields and nothing else', async () => {
    const outcome = await ncf(library, 'train', ...sample, '--json')
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    const lines = jsonLines(outcome)
    expect(lines.map(({ event }) => event)).toEqual(['epoch', 'epoch', 'end'])
    const [first, second, end] = lines
    expect([first.epoch, second.epoch]).toEqual([1, 2])
    for (const field of ['loss', 'hr@10', 'ndcg@10', 'trainSeconds', 'evaluateSeconds', 'samplesPerSecond'])
      expect(first[field], field).toBeTypeOf('number')
    expect(second.loss).toBeLessThan(first.loss as number)
    expect(end).toMatchObject({ status: 'finished', runId: first.runId, split: 'test' })
    expect(end.weightsHash).toMatch(/^[0-9a-f]{64}$/)
    const best = lines[(end.bestEpoch as number) - 1]
    expect([end['hr@10'], end['ndcg@10']]).toEqual([best['hr@10'], best['ndcg@10']])
  })

  it('gives the same weights for the same seed, whatever the number of threads, and others for another', async () => {
    const one = await trained(library, ...sample)
    const two = await trained(library, ...sample, '--threads', '2')
    const other = await trained(library, ...sample, '--seed', '43')
    expect(two.weightsHash).toBe(one.weightsHash)
    expect(two['ndcg@10']).toBe(one['ndcg@10'])
    expect(other.weightsHash).not.toBe(one.weightsHash)
  })

  it('scores the test items once, at the end, when it selects by validation', async () => {
    const lines = await ncfJson(library, 'train', ...sample, '--selection', 'validation')
    const end = lines.at(-1)!
    expect(lines.slice(0, -1).map(({ split }) => split)).toEqual(['validation', 'validation'])
    expect(end.split).toBe('test')
    const epochs = lines.slice(0, -1).map((line) => line['hr@10'] as number)
    expect(end['validationHr@10']).toBe(Math.max(...epochs))
  })

  it('takes validation, full ranking and patience in short, and tells of full ranking apart', async () => {
    const flags = [
      '--validation',
      '--full-ranking',
      '2',
      '--early-stop',
      '2',
      '--epochs',
      '40',
      '--lr',
      '0.05',
    ]
    const lines = await ncfJson(library, 'train', ...sample, ...flags, '--name', 'short')
    const end = lines.at(-1)!
    const epochs = lines.slice(0, -1)
    expect(epochs.map((line) => typeof line['fullHr@10'])).toEqual(
      epochs.map((_, i) => (i % 2 ? 'number' : 'undefined')),
    )
    expect(end).toMatchObject({ split: 'test', stoppedEarly: true, epochs: epochs.length })
    expect((end.epochs as number) - (end.bestEpoch as number)).toBe(2)
    expect(end['fullHr@10']).toBeLessThan(end['hr@10'] as number)
    const [run] = await ncfJson(library, 'runs', 'show', 'short')
    expect(run.config).toMatchObject({ selection: 'validation', fullRanking: 2, patience: 2 })
    const { stdout } = await callNcf(library, ['runs', 'show', 'short'])
    expect(stdout).toContain(`Stopped after epoch ${epochs.length}: no better HR@10 for 2 epochs.`)
    expect(stdout).toMatch(
      /^Sampled ranking.*\n(.*\n)+Full ranking.*\n(.*\n)+best 10 of every user: [\d.]+ %/m,
    )
    expect(stdout).toMatch(/│ training items │ users │ HR@10 +│ NDCG@10 │ full HR@10 │ full NDCG@10 │/)
  })

  it('ranks all items at the end for the bare flag, and waits five epochs for the other', async () => {
    const flags = ['--full-ranking', '--early-stop', '--name', 'bare', '--epochs', '1']
    const lines = await ncfJson(library, 'train', ...sample, ...flags)
    expect(lines[0]['fullHr@10']).toBeUndefined()
    expect(lines[1]['fullNdcg@10']).toBeTypeOf('number')
    expect(lines[1].stoppedEarly).toBeUndefined()
    const [run] = await ncfJson(library, 'runs', 'show', 'bare')
    expect(run.config).toMatchObject({ selection: 'paper', fullRanking: 'end', patience: 5 })
  })

  it('stores settings, name, tags and notes, and where the run comes from', async () => {
    const labels = ['--name', 'first', '--tag', 'a', '--tag', 'b', '--notes', 'try']
    const flags = ['--tower', '16,8,4', '--dropout', '0.1', '--l2-embeddings', '0.001', '--l2-tower', '0.01']
    await trained(
      library,
      ...usual,
      ...labels,
      ...flags,
      '--optimizer',
      'SGD',
      '--batch',
      '128',
      '--lr',
      '0.01',
    )
    const [run] = await ncfJson(library, 'runs', 'show', 'first')
    expect(run).toMatchObject({ name: 'first', tags: ['a', 'b'], notes: 'try', status: 'finished' })
    expect(run.config).toMatchObject({
      ...{ model: 'NeuMF', factors: 4, tower: [16, 8, 4], dropout: 0.1, optimizer: 'sgd', batchSize: 128 },
      learningRate: 0.01,
      l2: { gmfUser: 0.001, mlpItem: 0.001, tower: [0.01, 0.01], scope: 'batch' },
    })
    expect(run.data).toMatchObject({ name: 'sample', userCount: 1000, itemCount: 800 })
    const provenance = run.provenance as Record<string, unknown>
    expect(provenance).toMatchObject({ engine: 'cpu', arithmetic: 'portable', threads: 'auto' })
    expect(provenance.sourceFiles).toHaveLength(4)
  })
})

describe('train', () => {
  it('prints only the result table on stdout, the rest on stderr, and no colours into a pipe', async () => {
    const { code, stdout, stderr } = await ncf(library, 'train', ...sample)
    expect(code).toBe(0)
    expect(stdout + stderr).not.toContain('\u001b')
    expect(stdout).toMatch(/NeuMF on sample .*HR@10 .*NDCG@10/)
    expect(stdout).toMatch(/this run, epoch \d of 2 \(best on test\) +│ \.\d{4} ± \.\d{4} │ \.\d{4}/)
    expect(stdout).toMatch(/ncf runs show \d{8}-\d{6}-neumf-[a-z0-9]{4}\n$/)
    expect(stderr).toMatch(/^sample \(ncf, [0-9a-f]{12}\): 1,000 users, 800 items, [\d,]+ interactions\n/)
    expect(stderr.match(/^epoch \d\/2 {2}HR@10 \.\d{4}/gm)).toHaveLength(2)
  })

  it('sets published rows of the same model and factors beside the run, with their sources', async () => {
    const tiny = await writeTinyNcf(join(library, 'tiny', 'ml-1m'), 'ml-1m')
    const flags = ['--data', tiny, '--model', 'NeuMF', '--factors', '8', '--epochs', '1']
    const { code, stdout } = await callNcf(library, ['train', ...flags])
    expect(code).toBe(0)
    expect(stdout).toMatch(/published NeuMF, F = 8 +│ \.688 +│ \.410 +│ \[\d\]/)
    expect(stdout).toMatch(/published NeuMF, F = 8, pre-trained +│ \.684/)
    expect(stdout).not.toMatch(/F = (16|32|64)\b.*│/)
    expect(stdout).toMatch(/^\[\d\] X\. He.*Neural Collaborative Filtering/m)
    expect(stdout).not.toContain('split anew')
  })

  it('says so when the published figures are of another split', async () => {
    const folder = join(library, 'raw', 'ml-1m')
    await mkdir(folder, { recursive: true })
    const rows = [1, 2, 3].flatMap((user) => [1, 2, 3, 4].map((item) => `${user},${item * user},4,${item}`))
    await writeFile(join(folder, 'ratings.csv'), `userId,movieId,rating,timestamp\n${rows.join('\n')}\n`)
    await writeFile(join(folder, 'movies.csv'), 'movieId,title,genres\n1,"One, Film (1999)",Drama\n')
    const { code, stdout, stderr } = await callNcf(library, [
      ...['train', '--data', folder, '--model', 'NeuMF', '--factors', '8', '--epochs', '1'],
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('split anew')
    expect(stderr).toMatch(/note: .*fewer than 99 negatives/)
  })

  it('takes an imported dataset by its name or id, and refuses flags for raw data with it', async () => {
    await writeTinyNcf(join(library, 'tiny', 'named'), 'named')
    const [{ id }] = await ncfJson(
      library,
      'datasets',
      'import',
      join(library, 'tiny', 'named'),
      '--name',
      'known',
    )
    const flags = ['--model', 'GMF', '--factors', '2', '--epochs', '1']
    const byName = await trained(library, '--data', 'known', ...flags)
    const byId = await trained(library, '--data', id as string, ...flags)
    expect(byId.weightsHash).toBe(byName.weightsHash)
    const refused = await callNcf(library, [
      ...['train', '--data', 'known', ...flags, '--min-interactions', '3'],
    ])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/imported already/)
  })

  it('reads the source of a stored dataset again for validation items, and then tells the two apart', async () => {
    const flags = ['--data', 'again', '--model', 'GMF', '--factors', '2', '--epochs', '1']
    await writeTinyNcf(join(library, 'tiny', 'again'), 'again')
    await ncfJson(library, 'datasets', 'import', join(library, 'tiny', 'again'))
    const validated = await trained(library, ...flags, '--selection', 'validation')
    const plain = await trained(library, ...flags)
    expect(validated['validationHr@10']).toBeTypeOf('number')
    expect(plain['validationHr@10']).toBeUndefined()
    const names = (await ncfJson(library, 'datasets', 'list')).filter(({ name }) => name === 'again')
    expect(names.map(({ validation }) => validation)).toEqual([false, true])
  })

  it('names file and line of what is wrong with the data, and keeps nothing of it', async () => {
    const file = join(library, 'bad.csv')
    await writeFile(file, 'user,item,timestamp\n1,2,3\n1,3,4\nsome,\n')
    const { code, stderr } = await callNcf(library, ['train', '--data', file, '--model', 'GMF'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: bad\.csv, line 4: [^\n]+\n$/)
    const names = (await ncfJson(library, 'datasets', 'list')).map(({ name }) => name)
    expect(names).not.toContain('bad')
  })

  it.skipIf(!mounts)(
    'says so when the library is read-only (skipped where nothing can be mounted)',
    async () => {
      const disk = await smallDisk('8m')
      await ncfJson(disk, 'datasets', 'import', 'sample')
      makeReadOnly(disk)
      const refused = await callNcf(disk, ['train', ...sample])
      expect(refused.code).toBe(1)
      expect(refused.stderr).toMatch(/error: The file system is read-only: [^\n]+\n$/)
      expect((await ncfJson(disk, 'datasets', 'list')).map(({ name }) => name)).toEqual(['sample'])
      const doctor = await ncf(disk, 'doctor', '--json')
      expect(doctor.code).toBe(1)
      expect(jsonLines(doctor).find(({ check }) => check === 'library')).toMatchObject({ state: 'bad' })
    },
  )

  it.skipIf(process.getuid?.() === 0)(
    'says so when the library may not be written (skipped for root)',
    async () => {
      const folder = join(library, 'closed')
      await mkdir(folder)
      await chmod(folder, 0o500)
      const refused = await callNcf(folder, ['train', ...sample])
      expect(refused.code).toBe(1)
      expect(refused.stderr).toMatch(/no permission/)
    },
  )
})
