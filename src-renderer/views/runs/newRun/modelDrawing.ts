import type { ModelSpec } from '../../../../src-main/contract/vocabulary.ts'

export interface Box {
  /** Centre, width and height in the drawing's units. */
  x: number
  y: number
  width: number
  height: number
  text: string
  kind: 'input' | 'embedding' | 'layer' | 'operation' | 'output'
}

export interface Line {
  x1: number
  y1: number
  x2: number
  y2: number
}

export interface Drawing {
  width: number
  height: number
  boxes: Box[]
  lines: Line[]
}

const WIDTH = 420
const LEVEL = 26
const BOX = 18
const NARROWEST = 34
const WIDEST = 168
/** Layers drawn at most; a taller tower shows its first ones and a box for the rest. */
const MOST_LAYERS = 5

/** Width of a box for a layer of `size` units: by its logarithm, since towers halve. */
function boxWidth(size: number, largest: number): number {
  const share = Math.log2(size + 1) / Math.log2(Math.max(2, largest + 1))
  return Math.round(NARROWEST + (WIDEST - NARROWEST) * share ** 2)
}

function connect(from: Box, to: Box): Line {
  return { x1: from.x, y1: from.y - from.height / 2, x2: to.x, y2: to.y + to.height / 2 }
}

/** A box `level` steps above the embeddings, before the drawing is turned the right way up. */
function box(x: number, level: number, width: number, text: string, kind: Box['kind']): Box {
  return { x, y: -level * LEVEL, width, height: BOX, text, kind }
}

interface Part {
  boxes: Box[]
  lines: Line[]
  /** The box that the prediction layer reads. */
  top: Box
}

function embeddings(x: number, width: number): Box[] {
  const half = 44
  return [
    box(x - half, 0, 74, `user ${width}`, 'embedding'),
    box(x + half, 0, 74, `item ${width}`, 'embedding'),
  ]
}

function gmfPart(x: number, width: number): Part {
  const pair = embeddings(x, width)
  const top = box(x, 1, 96, `product ${width}`, 'operation')
  return { boxes: [...pair, top], lines: pair.map((part) => connect(part, top)), top }
}

function layerTexts(sizes: readonly number[]): { size: number; text: string }[] {
  const shown = sizes.length > MOST_LAYERS ? sizes.slice(0, MOST_LAYERS - 1) : sizes
  const texts = shown.map((size) => ({ size, text: `ReLU ${size}` }))
  const last = sizes.at(-1)
  if (shown.length < sizes.length && last !== undefined)
    texts.push({ size: last, text: `${sizes.length - shown.length} more to ${last}` })
  return texts
}

function mlpPart(x: number, { mlpWidth, hiddenSizes }: ModelSpec): Part {
  const pair = embeddings(x, mlpWidth)
  const largest = Math.max(2 * mlpWidth, ...hiddenSizes)
  const concat = box(x, 1, boxWidth(2 * mlpWidth, largest), `join ${2 * mlpWidth}`, 'operation')
  const layers = layerTexts(hiddenSizes).map(({ size, text }, i) =>
    box(x, i + 2, Math.max(70, boxWidth(size, largest)), text, 'layer'),
  )
  const stack = [concat, ...layers]
  const rising = stack.slice(1).map((layer, i) => connect(stack[i], layer))
  return {
    boxes: [...pair, ...stack],
    lines: [...pair.map((part) => connect(part, concat)), ...rising],
    top: stack.at(-1)!,
  }
}

/** Boxes and lines of a model, embeddings at the bottom, the prediction on top. */
export function drawModel(spec: ModelSpec): Drawing {
  const both = spec.gmfWidth > 0 && spec.mlpWidth > 0
  const parts: Part[] = []
  if (spec.gmfWidth > 0) parts.push(gmfPart(both ? WIDTH / 4 - 2 : WIDTH / 2, spec.gmfWidth))
  if (spec.mlpWidth > 0) parts.push(mlpPart(both ? (WIDTH * 3) / 4 + 2 : WIDTH / 2, spec))
  const highest = Math.min(...parts.map(({ top }) => top.y))
  const predict = box(WIDTH / 2, 1 - highest / LEVEL, 104, 'predict → ŷ', 'output')
  const boxes = [...parts.flatMap((part) => part.boxes), predict]
  const lines = parts.flatMap((part) => [...part.lines, connect(part.top, predict)])
  const shift = BOX / 2 + 1 - predict.y
  return {
    width: WIDTH,
    height: shift + BOX / 2 + 1,
    boxes: boxes.map((one) => ({ ...one, y: one.y + shift })),
    lines: lines.map((line) => ({ ...line, y1: line.y1 + shift, y2: line.y2 + shift })),
  }
}

/** The drawing in words. */
export function describeModel({ model, gmfWidth, mlpWidth, hiddenSizes }: ModelSpec): string {
  const gmf = `the product of a user and an item embedding of ${gmfWidth}`
  const hidden = hiddenSizes.length === 0 ? 'no hidden layer' : `hidden layers of ${hiddenSizes.join(', ')}`
  const mlp = `embeddings of ${mlpWidth} joined to ${2 * mlpWidth}, then ${hidden}`
  const parts = [gmfWidth > 0 ? gmf : '', mlpWidth > 0 ? mlp : ''].filter((part) => part !== '')
  return `${model}: ${parts.join('; beside it ')}; a prediction layer on top.`
}
