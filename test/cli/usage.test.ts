import { describe, expect, it, vi } from 'vitest'
import { callNcf, ncf, temporaryLibrary } from './ncfProcess.ts'

const library = await temporaryLibrary()
vi.stubEnv('NCF_DEBUG', '')

const call = (args: readonly string[]) => callNcf(library, args)

const train = ['train', '--data', 'sample', '--model', 'NeuMF']

describe('wrong usage ends with exit code 2, one line and a hint, and nothing on stdout:', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['an unknown flag', [...train, '--frobnicate'], /unknown option '--frobnicate'/],
    ['a superfluous argument', [...train, 'more'], /too many arguments/],
    ['no data', ['train', '--model', 'GMF'], /'--data <source>' not specified/],
    ['no model', ['train', '--data', 'sample'], /'--model <name>' not specified/],
    ['an unknown model', ['train', '--data', 'sample', '--model', 'SVD'], /one of GMF, MLP, NeuMF/],
    ['no factors', [...train, '--factors', '0'], /--factors .* from 1 to 8192/],
    ['factors in letters', [...train, '--factors', 'eight'], /--factors .*whole number/],
    ['half an epoch', [...train, '--epochs', '1.5'], /--epochs .*whole number/],
    ['an odd tower', [...train, '--tower', '63,32'], /--tower: .*even, but is 63/],
    ['an empty place in a tower', [...train, '--tower', '64,,16'], /--tower .*whole number/],
    [
      'penalties for other layers',
      [...train, '--l2-tower', '0.1,0.2'],
      /--l2-tower: .* or 3, one each, not 2/,
    ],
    [
      'two penalties without a layer',
      ['train', '--data', 'sample', '--model', 'GMF', '--l2-tower', '0.1,0.2'],
      /--l2-tower: this model takes one number, not 2/,
    ],
    ['an odd tower with penalties', [...train, '--tower', '63,32', '--l2-tower', '1,2'], /--tower: .*even/],
    ['a dropout of 1', [...train, '--dropout', '1'], /--dropout .*below 1/],
    ['a learning rate of 0', [...train, '--lr', '0'], /--lr .*above 0/],
    ['a negative penalty', [...train, '--l2-embeddings', '-1'], /--l2-embeddings .*at least 0/],
    [
      'neighbours of a neural model',
      [...train, '--k', '50'],
      /--k: NeuMF has no such setting; it is one of ItemKNN/,
    ],
    [
      'factors of popularity',
      ['train', '--data', 'sample', '--model', 'ItemPop', '--factors', '8'],
      /--factors: ItemPop has no such setting; it is one of GMF, MLP, NeuMF, iALS, BPR/,
    ],
    [
      'patience of a model in closed form',
      ['train', '--data', 'sample', '--model', 'EASE', '--early-stop'],
      /--early-stop: EASE has no such setting/,
    ],
    ['a lambda of 0', ['train', '--data', 'sample', '--model', 'EASE', '--lambda', '0'], /--lambda: .*>0/],
    ['an unknown optimiser', [...train, '--optimizer', 'adamw'], /one of adam, lazyAdam, sgd/],
    ['an unknown selection', [...train, '--selection', 'best'], /one of paper, validation/],
    ['a seed of 2^64', [...train, '--seed', '18446744073709551616'], /--seed .*2\^64/],
    ['no threads', [...train, '--threads', '0'], /--threads .* from 1 to 256/],
    ['an unknown arithmetic', [...train, '--arithmetic', 'exact'], /one of portable, fma/],
    ['a column without the other', ['datasets', 'import', 'x.csv', '--user-column', 'u'], /--item-column/],
    ['no weights', ['evaluate', '--data', 'sample'], /--data <source> and --weights <file>/],
    ['a run and weights', ['evaluate', '--run', 'x', '--weights', 'y'], /--run knows its data and weights/],
    ['two selections', [...train, '--validation', '--selection', 'paper'], /--selection paper by the test/],
    ['full ranking of nothing', [...train, '--full-ranking', '0'], /--full-ranking .*whole number/],
    ['patience of a word', [...train, '--early-stop', 'soon'], /--early-stop .*whole number/],
    ['no run', ['recommend', '--user', '1'], /'--run <run>' not specified/],
    ['no top', ['recommend', '--run', 'x', '--user', '1', '--top', '0'], /--top .*whole number/],
    ['a missing argument', ['runs', 'show'], /missing required argument 'run'/],
    ['an empty tag', ['runs', 'tag', 'x', ' '], /A tag cannot be empty/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await call(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^error: [^\n]+\nRun "ncf[a-z ]* --help" to see what it takes\.\n$/)
  })

  it('a call of nothing shows the commands', async () => {
    const { code, stderr } = await call([])
    expect(code).toBe(2)
    for (const command of ['train', 'evaluate', 'recommend', 'datasets', 'runs', 'doctor'])
      expect(stderr).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
  })
})

describe('a failure ends with exit code 1 and one line without a stack:', () => {
  it.each<[string, string[], RegExp]>([
    ['data that is nowhere', ['train', '--model', 'GMF', '--data', 'nowhere'], /no file or folder "nowhere"/],
    ['an unknown run', ['runs', 'show', 'nope'], /No run has the id or the name "nope"/],
    ['an unknown run to resume', ['runs', 'resume', 'nope'], /No run has the id or the name "nope"/],
    ['an unknown dataset', ['datasets', 'show', 'nope'], /There is no dataset "nope"/],
    [
      'weights that are nowhere',
      ['evaluate', '--data', 'sample', '--weights', 'nope.safetensors'],
      /nope\.safetensors/,
    ],
    ['an archive that is nowhere', ['runs', 'import', 'nope.zip'], /nope\.zip/],
    ['what is not in the trash', ['trash', 'restore', 'nope'], /no "nope" in the trash/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await call(args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^error: [^\n]+\n$/)
  })
})

it('refuses a model that does not fit before a run is stored', async () => {
  const { code, stderr } = await call([...train, '--factors', '8192', '--layers', '16', '--json'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: This training needs [\d.]+ GiB, .*fewer factors or layers[^\n]+\n$/)
  expect((await call(['runs', 'list', '--json'])).stdout).toBe('')
})

it('ends its process with the exit code of the call', async () => {
  const [usage, failure] = await Promise.all([ncf(library, 'train'), ncf(library, 'runs', 'show', 'nope')])
  expect([usage.code, failure.code]).toEqual([2, 1])
})

it('shows the stack of a failure only with NCF_DEBUG=1', async () => {
  vi.stubEnv('NCF_DEBUG', '1')
  const { stderr } = await call(['runs', 'show', 'nope'])
  vi.stubEnv('NCF_DEBUG', '')
  expect(stderr).toMatch(/^error: No run [^\n]+\nStoreError: No run [^\n]+\n {4}at /)
})

it('says its version and its help with exit code 0', async () => {
  const [version, help] = await Promise.all([ncf(library, '--version'), ncf(library, 'train', '--help')])
  expect(version).toMatchObject({ code: 0, stderr: '' })
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+( [0-9a-f]+)?\n$/)
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const flag of [
    'data',
    'model',
    'factors',
    'layers',
    'tower',
    'epochs',
    'batch',
    'lr',
    'negatives',
    'dropout',
  ])
    expect(help.stdout).toContain(`--${flag} <`)
})
