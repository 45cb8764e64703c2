import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { callNcf, jsonLines, ncf, ncfJson, temporaryLibrary, trained, type Line } from './ncfProcess.ts'

const library = await temporaryLibrary()
const flags = ['--data', 'sample', '--factors', '4', '--epochs', '2', '--threads', '1']
let first: Line
let second: Line

beforeAll(async () => {
  first = await trained(library, ...flags, '--model', 'NeuMF', '--name', 'first')
  second = await trained(library, ...flags, '--model', 'GMF', '--epochs', '1')
})

async function run(id: unknown, folder = library): Promise<Line | undefined> {
  return (await ncfJson(folder, 'runs', 'list')).find((line) => line.id === id)
}

describe('runs', () => {
  it('lists the latest first, with settings and result', async () => {
    const lines = await ncfJson(library, 'runs', 'list')
    expect(lines.map(({ id }) => id)).toEqual([first.runId, second.runId].sort().reverse())
    expect(await run(first.runId)).toMatchObject({
      ...{ event: 'run', name: 'first', model: 'NeuMF', factors: 4, data: 'sample', status: 'finished' },
      ...{ epochs: 2, epochsPlanned: 2, 'hr@10': first['hr@10'], weightsHash: first.weightsHash },
    })
    const { stdout } = await ncf(library, 'runs', 'list')
    expect(stdout).toMatch(/│ first │ NeuMF │ 4 │ sample │ finished │ 2\/2 +│ \.\d{4} │ \.\d{4} +│/)
  })

  it('shows a run with its epochs and its result', async () => {
    const { code, stdout } = await callNcf(library, ['runs', 'show', 'first'])
    expect(code).toBe(0)
    expect(stdout).toContain(`${first.runId as string} "first"`)
    expect(stdout).toMatch(/^NeuMF, 4 factors, 3 layers, dropout 0$/m)
    expect(stdout).toMatch(/^seed 42, selection paper, arithmetic portable$/m)
    expect(stdout).toMatch(new RegExp(`│ ${first.bestEpoch as number} \\* +│ 0\\.\\d{4} │ \\.\\d{4} +│`))
    expect(stdout).toMatch(/this run, epoch \d of 2/)
    expect(stdout).toContain(`weights ${first.weightsHash as string}`)
    const [whole, ...epochs] = await ncfJson(library, 'runs', 'show', first.runId as string)
    expect(whole).toMatchObject({ id: first.runId, name: 'first', config: { model: 'NeuMF', seed: '42' } })
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
  })

  it('finds a run by the beginning of its id, unless that fits several', async () => {
    const id = second.runId as string
    expect((await ncfJson(library, 'runs', 'show', id.slice(0, -1)))[0].id).toBe(id)
    const ambiguous = await callNcf(library, ['runs', 'show', id.slice(0, 4)])
    expect(ambiguous.code).toBe(1)
    expect(ambiguous.stderr).toMatch(/can mean 2 runs/)
  })

  it('renames, tags, stars and annotates', async () => {
    const id = second.runId as string
    await ncfJson(library, 'runs', 'rename', id, 'second')
    await ncfJson(library, 'runs', 'tag', 'second', 'a', 'b', 'a')
    await ncfJson(library, 'runs', 'tag', 'second', 'a', '--remove')
    await ncfJson(library, 'runs', 'star', 'second')
    await ncfJson(library, 'runs', 'note', 'second', 'a word')
    expect((await ncfJson(library, 'runs', 'show', id))[0]).toMatchObject({
      ...{ name: 'second', tags: ['b'], starred: true, notes: 'a word' },
    })
    expect((await callNcf(library, ['runs', 'list'])).stdout).toMatch(/│ \* second │ GMF .*│ b +│/)
  })

  it('exports a run that another library imports with the same weights, once', async () => {
    const archive = join(library, 'first.zip')
    const other = join(library, 'other')
    await ncfJson(library, 'runs', 'export', 'first', archive)
    expect((await ncfJson(other, 'runs', 'import', archive))[0]).toMatchObject({ outcome: 'imported' })
    expect((await ncfJson(other, 'runs', 'import', archive))[0]).toMatchObject({ outcome: 'present' })
    expect((await run(first.runId, other))?.weightsHash).toBe(first.weightsHash)
  })

  it('moves a run to the trash, brings it back, and deletes for good only when asked', async () => {
    const { runId } = await trained(library, ...flags, '--model', 'GMF', '--epochs', '1')
    const [{ name }] = await ncfJson(library, 'runs', 'remove', runId as string)
    expect(await run(runId)).toBeUndefined()
    expect((await ncfJson(library, 'trash', 'list')).map((line) => line.id)).toEqual([runId])
    await ncfJson(library, 'trash', 'restore', name as string)
    expect(await run(runId)).toMatchObject({ status: 'finished' })
    await ncfJson(library, 'runs', 'remove', runId as string)
    expect(await ncfJson(library, 'trash', 'empty')).toEqual([{ event: 'emptied', runs: 1, datasets: 0 }])
    expect((await callNcf(library, ['trash', 'list'])).stdout).toContain('The trash is empty')
  })

  it('loses no tag when two are added at the same moment', async () => {
    const tags = ['one', 'two', 'three', 'four']
    await Promise.all(tags.map((tag) => ncf(library, 'runs', 'tag', first.runId as string, tag)))
    expect(((await run(first.runId))!.tags as string[]).sort()).toEqual([...tags].sort())
  })

  it('shows a damaged run with its problem and the others as ever', async () => {
    const { runId } = await trained(library, ...flags, '--model', 'GMF', '--epochs', '1')
    const file = join(library, 'runs', runId as string, 'run.json')
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 100))
    expect(await run(runId)).toEqual({
      event: 'run',
      id: runId,
      problem: { code: 'run-damaged', message: expect.any(String) },
    })
    const { code, stdout } = await callNcf(library, ['runs', 'list'])
    expect(code).toBe(0)
    expect(stdout).toContain(first.runId as string)
    expect(stdout).toMatch(new RegExp(`^${runId as string}: .*run\\.json is not valid JSON`, 'm'))
    const shown = await callNcf(library, ['runs', 'show', runId as string])
    expect(shown).toMatchObject({ code: 1, stdout: '' })
  })
})

describe('evaluate', () => {
  it('measures a run anew, adds full ranking to it, and shows both in blocks of their own', async () => {
    const { runId } = await trained(library, ...flags, '--model', 'GMF', '--epochs', '1')
    const id = runId as string
    await rm(join(library, 'runs', id, 'ranks.safetensors'))
    await rm(join(library, 'runs', id, 'evaluation.json'))
    const [sampled] = await ncfJson(library, 'evaluate', '--run', id)
    expect(sampled).toMatchObject({ event: 'evaluation', runId: id, 'hr@10': (await run(id))!['hr@10'] })
    expect(sampled['fullHr@10']).toBeUndefined()
    const { stdout } = await callNcf(library, ['evaluate', '--run', id, '--full-ranking'])
    expect(stdout).toMatch(/Sampled ranking[^]*Full ranking[^]*Users by their number of training items/)
    expect((await run(id))!['fullHr@10']).toBeTypeOf('number')
    await readFile(join(library, 'runs', id, 'ranks.safetensors'))
  })

  it('ranks the weights of a file among all items when asked, to the figures of their run', async () => {
    const { runId } = await trained(library, ...flags, '--model', 'GMF', '--epochs', '1', '--full-ranking')
    const weights = join(library, 'runs', runId as string, 'best.safetensors')
    const args = ['--data', 'sample', '--weights', weights, '--full-ranking']
    const [line] = await ncfJson(library, 'evaluate', ...args)
    expect(line['fullHr@10']).toBe((await run(runId))!['fullHr@10'])
    const { stdout } = await callNcf(library, ['evaluate', ...args])
    expect(stdout).toMatch(/Sampled ranking[^]*│ 10 +│[^]*Full ranking[^]*│ 10 +│/)
  })

  it('gives a run’s best weights the figures of its best epoch', async () => {
    const weights = join(library, 'runs', first.runId as string, 'best.safetensors')
    const [line] = await ncfJson(library, 'evaluate', '--data', 'sample', '--weights', weights)
    expect(line).toMatchObject({ event: 'evaluation', model: 'NeuMF', users: 1000, split: 'test' })
    expect([line['hr@10'], line['ndcg@10']]).toEqual([first['hr@10'], first['ndcg@10']])
    const { stdout } = await ncf(library, 'evaluate', '--data', 'sample', '--weights', weights)
    expect(stdout).toMatch(/^NeuMF on the test items of 1,000 users of sample\n/)
    expect(stdout).toMatch(/│ 10 │ \.\d{4} ± \.\d{4} │ \.\d{4} +│/)
  })

  it('says so when the weights were trained on other data of the same size, and nothing on their own', async () => {
    const other = join(library, 'with-validation')
    const [{ id }] = await ncfJson(other, 'datasets', 'import', 'sample', '--validation')
    const weights = join(library, 'runs', first.runId as string, 'best.safetensors')
    const evaluate = (folder: string, data: string) =>
      callNcf(folder, ['evaluate', '--data', data, '--weights', weights, '--json'])
    expect(await evaluate(other, id as string)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /^note: these weights were trained on data with the fingerprint [0-9a-f]{12}, /,
      ),
    })
    expect(await evaluate(library, 'sample')).toMatchObject({ code: 0, stderr: '' })
  })

  it('says what is wrong with a file that holds no weights', async () => {
    const file = join(library, 'no.safetensors')
    await writeFile(file, 'no weights')
    const { code, stderr } = await callNcf(library, [
      'evaluate',
      '--data',
      'sample',
      '--weights',
      file,
      '--json',
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: [^\n]*no\.safetensors: [^\n]+\n$/)
  })
})

describe('recommend', () => {
  it('ranks items with titles, and never one that the user has in training', async () => {
    const lines = await ncfJson(library, 'recommend', '--run', 'first', '--user', '7', '--top', '100')
    expect(lines.map(({ rank }) => rank)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(lines[0]).toMatchObject({
      event: 'recommendation',
      title: expect.any(String),
      genres: expect.any(Array),
    })
    const scores = lines.map(({ score }) => score as number)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    const train = await readFile('resources/sample/sample.train.rating', 'utf8')
    const own = train.split('\n').flatMap((row) => (row.startsWith('7\t') ? [row.split('\t')[1]] : []))
    expect(own.length).toBeGreaterThan(0)
    expect(lines.map(({ itemId }) => itemId).filter((item) => own.includes(item as string))).toEqual([])
    const { stdout } = await ncf(library, 'recommend', '--run', 'first', '--user', '7', '--top', '1')
    expect(stdout).toContain(lines[0].title as string)
  })

  it('says so when the data has no such user', async () => {
    const outcome = await callNcf(library, ['recommend', '--run', 'first', '--user', '1000', '--json'])
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toMatch(
      /^error: sample has no user "1000"\. It has 1,000 users, such as 0, 1, 2\.\n$/,
    )
    expect(jsonLines(outcome)).toEqual([])
  })
})
