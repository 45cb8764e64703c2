import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { callNcf, jsonLines, ncf, temporaryLibrary } from './ncfProcess.ts'

const library = await temporaryLibrary()
const small = ['--data', 'sample', '--factors', '2', '--epochs', '1', '--seeds', '2', '--threads', '1']
const study = ['reproduce', ...small, '--models', 'ItemPop,GMF,NeuMF-pre', '--selections', 'paper']

describe('reproduce', () => {
  it('trains each model with each seed and writes a table for each ranking, with tests', async () => {
    const out = join(library, 'results.md')
    const outcome = await ncf(library, ...study, '--out', out)
    expect(outcome.code).toBe(0)
    const text = await readFile(out, 'utf8')
    for (const words of ['Sampled ranking', 'Full ranking', 'NeuMF pre-trained F = 2', 'GMF F = 2'])
      expect(text).toContain(words)
    expect(text).not.toContain('undefined')
    expect(text.match(/^\| GMF F = 2 \| 2 \| \.\d{4} ± \.\d{4} \|/gm)).toHaveLength(2)
  })

  it('uses the runs that are there: a second call trains nothing and tells the same', async () => {
    const before = jsonLines(await ncf(library, 'runs', 'list', '--json'))
    const [line] = jsonLines(await ncf(library, ...study, '--json'))
    expect(line).toMatchObject({ event: 'study', selection: 'paper' })
    expect(jsonLines(await ncf(library, 'runs', 'list', '--json'))).toEqual(before)
    expect(before).toHaveLength(7)
  })

  it('starts a fused NeuMF from the parts of its own seed', async () => {
    const runs = jsonLines(await ncf(library, 'runs', 'list', '--json'))
    const fused = runs.filter(({ model }) => model === 'NeuMF').map(({ id }) => String(id))
    for (const id of fused) {
      const [shown] = jsonLines(await ncf(library, 'runs', 'show', id, '--json'))
      const { seed, pretraining } = shown.config as { seed: string; pretraining: { gmf: { runId: string } } }
      const [part] = jsonLines(await ncf(library, 'runs', 'show', pretraining.gmf.runId, '--json'))
      expect((part.config as { seed: string }).seed).toBe(seed)
    }
    expect(fused).toHaveLength(2)
  })

  it('refuses a model that it does not know', async () => {
    const { code, stderr } = await callNcf(library, ['reproduce', ...small, '--models', 'GMF,SVD'])
    expect(code).toBe(2)
    expect(stderr).toContain('It must be one of ItemPop')
  })
})
