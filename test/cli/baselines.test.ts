import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { callNcf, ncfJson, startNcf, temporaryLibrary, trained, writeTinyNcf } from './ncfProcess.ts'

const library = await temporaryLibrary()
const data = ['--data', await writeTinyNcf(join(library, 'source'), 'tiny')]

const CALLS: [string, string[], Record<string, unknown>][] = [
  ['ItemPop', [], {}],
  ['ItemKNN', ['--k', '3', '--shrinkage', '2.5'], { neighbors: 3, shrinkage: 2.5 }],
  ['EASE', ['--lambda', '7'], { lambda: 7 }],
  [
    'iALS',
    ['--factors', '3', '--lambda', '0.01', '--alpha', '0.2', '--epochs', '2'],
    { factors: 3, lambda: 0.01, alpha: 0.2, epochs: 2 },
  ],
  [
    'BPR',
    ['--factors', '3', '--lr', '0.1', '--lambda', '0', '--epochs', '2'],
    { factors: 3, learningRate: 0.1, lambda: 0, epochs: 2 },
  ],
]

describe.each(CALLS)('a %s from the terminal', (model, flags, settings) => {
  it('trains with the settings given, and is listed, shown, evaluated and asked like any other run', async () => {
    const lines = await ncfJson(library, 'train', ...data, '--model', model, ...flags, '--full-ranking')
    const end = lines.at(-1)!
    expect(lines.filter(({ event }) => event === 'epoch')).toHaveLength((settings.epochs as number) ?? 1)
    expect('loss' in lines[0]).toBe('epochs' in settings)
    for (const field of ['hr@10', 'ndcg@10', 'fullHr@10', 'fullNdcg@10'])
      expect(end[field], field).toBeTypeOf('number')
    const runId = end.runId as string
    const [shown] = await ncfJson(library, 'runs', 'show', runId)
    expect(shown).toMatchObject({ status: 'finished', config: { model, ...settings } })
    const { code, stdout } = await callNcf(library, ['runs', 'show', runId])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(model) as string })
    const weights = join(library, 'runs', runId, 'best.safetensors')
    const [evaluated] = await ncfJson(library, 'evaluate', ...data, '--weights', weights)
    expect(evaluated).toMatchObject({ model, 'hr@10': end['hr@10'], 'ndcg@10': end['ndcg@10'] })
    const items = await ncfJson(library, 'recommend', '--run', runId, '--user', '1', '--top', '2')
    expect(items.map(({ event, rank }) => [event, rank])).toEqual([
      ['recommendation', 1],
      ['recommendation', 2],
    ])
  })
})

describe('an iALS that is interrupted', () => {
  it('ends with 130 after a checkpoint, and goes on to the bits of an undisturbed one', async () => {
    const flags = ['--data', 'sample', '--model', 'iALS', '--factors', '64', '--epochs', '14']
    const undisturbed = await trained(library, ...flags)
    const { child, seen, ended } = startNcf(library, ['train', ...flags, '--json'])
    await seen('"epoch":2')
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect(code).toBe(130)
    const { runId, status } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, string>
    expect(status).toBe('interrupted')
    const lines = await ncfJson(library, 'runs', 'resume', runId)
    expect(lines.at(-1)).toMatchObject({ status: 'finished', weightsHash: undisturbed.weightsHash })
  })
})
