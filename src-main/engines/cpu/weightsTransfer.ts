import { EngineError, type EngineState } from '../../core/engine.ts'
import type { ModelSpec } from '../../core/models/modelSpec.ts'
import {
  elementCount,
  parameterLayout,
  type Parameter,
  type Weights,
} from '../../core/models/parameterLayout.ts'
import type { MemoryLayout } from './memoryLayout.ts'
import { Layer, Table } from './slots.ts'

/** What of a parameter is meant: its value or one of the optimiser's moments. */
export type Role = 'weight' | 'm' | 'v'

/** A parameter's place: float offsets of its rows and columns in linear memory. */
interface Place {
  rows: number
  columns: number
  offset(row: number, column: number): number
}

/** Columns of a concatenation of two halves that are each padded. */
function paddedColumn(column: number, half: number, paddedHalf: number): number {
  return column < half ? column : paddedHalf + column - half
}

/** Throws EngineError 'bad-weights' unless there is a tensor of this name, type and size. */
export function requireTensor(
  tensors: EngineState['tensors'],
  name: string,
  type: Float32ArrayConstructor | Int32ArrayConstructor,
  shape: readonly number[],
): void {
  const values = tensors[name]
  const expected = elementCount({ name, shape })
  if (values instanceof type && values.length === expected) return
  const kind = type === Float32Array ? 'float32' : 'int32'
  const found = !values
    ? 'there is nothing'
    : `there are ${values.length} of ${values instanceof Float32Array ? 'float32' : 'int32'}`
  throw new EngineError(
    'bad-weights',
    `${name} needs ${expected} values of ${kind} (${shape.join(' x ')}), but ${found}.`,
  )
}

/** Copies parameters between their plain row-major form and the kernel's padded, partly transposed one. */
export class WeightsTransfer {
  readonly parameters: Parameter[]

  constructor(
    private readonly spec: ModelSpec,
    private readonly layout: MemoryLayout,
    private readonly floats: () => Float32Array,
    userCount: number,
    itemCount: number,
  ) {
    this.parameters = parameterLayout(spec, userCount, itemCount)
  }

  readAll(role: Role): Weights {
    return Object.fromEntries(
      this.parameters.map((parameter) => [parameter.name, this.read(parameter, role)]),
    )
  }

  /** Writes all parameters, or none: each must be there and have its type and length. `prefix` is that of the names. */
  writeAll(tensors: EngineState['tensors'], role: Role, prefix = ''): void {
    this.requireAll(tensors, prefix)
    for (const parameter of this.parameters)
      this.write(parameter, tensors[prefix + parameter.name] as Float32Array, role)
  }

  /** Throws EngineError 'bad-weights' unless every parameter is there with its type and length. */
  requireAll(tensors: EngineState['tensors'], prefix = ''): void {
    for (const parameter of this.parameters)
      requireTensor(tensors, prefix + parameter.name, Float32Array, parameter.shape)
  }

  private read(parameter: Parameter, role: Role): Float32Array {
    const floats = this.floats()
    const values = new Float32Array(elementCount(parameter))
    this.visit(parameter, role, (address, index) => (values[index] = floats[address]))
    return values
  }

  private write(parameter: Parameter, values: Float32Array, role: Role): void {
    const floats = this.floats()
    this.visit(parameter, role, (address, index) => (floats[address] = values[index]))
    if (role === 'weight') this.writeTransposed(parameter, values)
  }

  private visit(parameter: Parameter, role: Role, each: (address: number, index: number) => void): void {
    const { rows, columns, offset } = this.place(parameter, role)
    let index = 0
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) each(offset(row, column), index++)
  }

  private writeTransposed(parameter: Parameter, values: Float32Array): void {
    const match = /^tower\.(\d+)\.weight$/.exec(parameter.name)
    if (!match) return
    const floats = this.floats()
    const layer = this.layout.layers[Number(match[1])]
    const [outputs, inputs] = parameter.shape
    for (let output = 0; output < outputs; output++) {
      const row = (layer[Layer.transposed] + output * layer[Layer.transposedStride]) / 4
      for (let input = 0; input < inputs; input++) {
        floats[row + this.inputColumn(Number(match[1]), input)] = values[output * inputs + input]
      }
    }
  }

  private inputColumn(layer: number, input: number): number {
    return layer === 0 ? paddedColumn(input, this.spec.mlpWidth, this.layout.widths.mlp) : input
  }

  private place(parameter: Parameter, role: Role): Place {
    const [kind, part] = parameter.name.split('.')
    if (kind === 'predict') return this.predictPlace(part, role)
    if (kind === 'tower') return this.towerPlace(Number(part), parameter, role)
    return this.tablePlace(kind, part, parameter, role)
  }

  private tablePlace(kind: string, side: string, parameter: Parameter, role: Role): Place {
    const { layout } = this
    const [rows, columns] = parameter.shape
    const moment = { weight: 0, m: 1, v: 2 }[role] * layout.rowWidth
    const table = side === 'user' ? layout.users : layout.items
    const start = table.fields[Table.rows] / 4 + moment + (kind === 'gmf' ? layout.widths.mlp : 0)
    const stride = layout.rowStride / 4
    if (layout.bands === 1) return { rows, columns, offset: (row, column) => start + row * stride + column }
    const width = layout.rowWidth
    const bandFloats = table.fields[Table.bandBytes] / 4
    const place = (column: number) => Math.floor(column / width) * bandFloats + (column % width)
    return { rows, columns, offset: (row, column) => start + row * stride + place(column) }
  }

  private towerPlace(index: number, parameter: Parameter, role: Role): Place {
    const layer = this.layout.layers[index]
    if (parameter.name.endsWith('bias')) {
      const start = layer[{ weight: Layer.bias, m: Layer.biasM, v: Layer.biasV }[role]] / 4
      return { rows: 1, columns: parameter.shape[0], offset: (_, column) => start + column }
    }
    const [outputs, inputs] = parameter.shape
    const start = layer[{ weight: Layer.weight, m: Layer.weightM, v: Layer.weightV }[role]] / 4
    const stride = layer[Layer.weightStride] / 4
    return {
      rows: outputs,
      columns: inputs,
      offset: (output, input) => start + this.inputColumn(index, input) * stride + output,
    }
  }

  private predictPlace(part: string, role: Role): Place {
    const { layout, spec } = this
    const start = { weight: layout.predict, m: layout.predictM, v: layout.predictV }[role] / 4
    if (part === 'bias') return { rows: 1, columns: 1, offset: () => start + layout.predictWidth }
    const columns = elementCount(this.parameters.find(({ name }) => name === 'predict.weight')!)
    const towerColumn = (column: number) => this.inputColumn(layout.layers.length, column)
    return {
      rows: 1,
      columns,
      offset: (_, column) =>
        start + (column < spec.gmfWidth ? column : layout.widths.gmf + towerColumn(column - spec.gmfWidth)),
    }
  }
}
