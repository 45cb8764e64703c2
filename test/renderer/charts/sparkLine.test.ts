// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import SparkLine from '../../../src-renderer/charts/SparkLine.vue'
import { sparkPoints } from '../../../src-renderer/charts/sparkPoints.ts'

const parsed = (points: string) => points.split(' ').map((point) => point.split(',').map(Number))

describe('a spark line', () => {
  it('runs from the lowest value at the bottom to the highest at the top, from edge to edge', () => {
    expect(sparkPoints([0, 1], 72, 18)).toBe('1,17 71,1')
  })

  it('has at most 32 points, the first and the last value among them', () => {
    const points = parsed(
      sparkPoints(
        Float64Array.from({ length: 500 }, (_, i) => i),
        72,
        18,
      ),
    )
    expect(points).toHaveLength(32)
    expect(points[0]).toEqual([1, 17])
    expect(points.at(-1)).toEqual([71, 1])
  })

  it('leaves out what was not measured', () => {
    expect(sparkPoints([0, NaN, 1], 72, 18)).toBe('1,17 71,1')
    expect(sparkPoints([NaN], 72, 18)).toBe('')
  })

  it('draws a constant, or a single value, through the middle', () => {
    expect(sparkPoints([3, 3, 3], 72, 18)).toBe('1,9 36,9 71,9')
    expect(sparkPoints([3], 72, 18)).toBe('1,9 71,9')
  })

  it('is an image with a name', () => {
    const spark = mount(SparkLine, { props: { values: [1, 2], label: 'HR@10 of NeuMF' } })
    expect(spark.attributes()).toMatchObject({ role: 'img', 'aria-label': 'HR@10 of NeuMF' })
  })
})
