import { describe, expect, it } from 'vitest'
import { modelSpec } from '../../../src-main/contract/vocabulary.ts'
import { describeModel, drawModel } from '../../../src-renderer/views/runs/newRun/modelDrawing.ts'

const gmf = modelSpec({ model: 'GMF', factors: 32, layers: 3 })
const neumf = modelSpec({ model: 'NeuMF', factors: 8, layers: 3 })
const tall = modelSpec({ model: 'MLP', factors: 1, layers: 12 })

describe('the drawing of a model', () => {
  it('has a box for each embedding, operation and layer', () => {
    expect(drawModel(gmf).boxes.map(({ text }) => text)).toEqual([
      'user 32',
      'item 32',
      'product 32',
      'predict → ŷ',
    ])
    const texts = drawModel(neumf).boxes.map(({ text }) => text)
    expect(texts).toEqual([
      ...['user 8', 'item 8', 'product 8'],
      ...['user 32', 'item 32', 'join 64', 'ReLU 32', 'ReLU 16', 'ReLU 8', 'predict → ŷ'],
    ])
  })

  it('folds the layers of a tall tower', () => {
    const texts = drawModel(tall).boxes.map(({ text }) => text)
    expect(texts).toContain('8 more to 1')
    expect(texts.filter((text) => text.startsWith('ReLU'))).toHaveLength(4)
  })

  it.each([
    ['GMF', gmf],
    ['NeuMF', neumf],
    ['a tall MLP', tall],
    ['MLP-0', modelSpec({ model: 'MLP', factors: 8, layers: 0 })],
  ])('stays inside its frame, boxes apart: %s', (_, spec) => {
    const { width, height, boxes, lines } = drawModel(spec)
    for (const box of boxes) {
      expect(box.x - box.width / 2).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width / 2).toBeLessThanOrEqual(width)
      expect(box.y - box.height / 2).toBeGreaterThanOrEqual(0)
      expect(box.y + box.height / 2).toBeLessThanOrEqual(height)
    }
    const apart = boxes.every((a, i) =>
      boxes.slice(i + 1).every((b) => {
        const beside = Math.abs(a.x - b.x) >= (a.width + b.width) / 2
        return beside || Math.abs(a.y - b.y) >= (a.height + b.height) / 2
      }),
    )
    expect(apart).toBe(true)
    for (const line of lines) expect(line.y2).toBeLessThan(line.y1)
  })

  it('grows with the width of a layer', () => {
    const widths = drawModel(modelSpec({ model: 'MLP', factors: 64, layers: 3 })).boxes.filter(
      ({ kind }) => kind === 'layer',
    )
    expect(widths[0].width).toBeGreaterThan(widths[2].width)
  })
})

describe('the drawing in words', () => {
  it('names every size', () => {
    expect(describeModel(neumf)).toBe(
      'NeuMF: the product of a user and an item embedding of 8; beside it embeddings of 32 joined to 64, then hidden layers of 32, 16, 8; a prediction layer on top.',
    )
    expect(describeModel(gmf)).toBe(
      'GMF: the product of a user and an item embedding of 32; a prediction layer on top.',
    )
    expect(describeModel(modelSpec({ model: 'MLP', factors: 8, layers: 0 }))).toContain(
      'then no hidden layer',
    )
  })
})
