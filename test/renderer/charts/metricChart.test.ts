// @vitest-environment happy-dom
import { nextTick } from 'vue'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import MetricChart from '../../../src-renderer/charts/MetricChart.vue'
import { readTheme } from '../../../src-renderer/charts/chartTheme.ts'
import { metricOption, metricTooltip, type MetricPlot } from '../../../src-renderer/charts/metricOption.ts'
import { metricLines, type MetricSeries } from '../../../src-renderer/charts/metricSeries.ts'
import { catchDownloads, layTokens, mountChart, style } from './chartFixture.ts'

function series(name: string, y: number[], place = 1): MetricSeries {
  const x = Float64Array.from(y, (_, i) => i + 1)
  return { id: name, name, style: style(place, place === 1 ? 'solid' : 'dashed'), x, y: Float64Array.from(y) }
}

const two = [series('NeuMF <b>"paper"</b>', [0.5, 0.6, 0.68]), series('GMF', [0.45, 0.55, 0.66], 2)]
const paper = { name: 'He et al.', y: 0.688, kind: 'published' as const }

type Chart = ReturnType<typeof mountChart>
let chart: Chart
const mounted = (props: Record<string, unknown>) =>
  (chart = mountChart(MetricChart, { title: 'HR@10', yTitle: 'HR@10', series: two, ...props }))
const paths = () => chart.findAll('.plot svg path').map((path) => path.attributes())

/** A choice of the menu, made with the keyboard. */
async function choose(title: string): Promise<void> {
  await chart.get('[aria-label="Export HR@10"]').trigger('keydown', { key: 'Enter' })
  const items = await vi.waitFor(() => {
    const found = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')]
    expect(found.length).toBeGreaterThan(0)
    return found
  })
  items.find(({ textContent }) => textContent.includes(title))!.click()
  await nextTick()
}

beforeAll(layTokens)
beforeEach(() => document.documentElement.removeAttribute('data-theme'))
afterEach(() => {
  chart?.unmount()
  vi.restoreAllMocks()
})

describe('a metric chart', () => {
  it('draws each run in its colour and line style', () => {
    mounted({})
    const lines = paths().filter((path) => path['stroke-width'] === '2')
    expect(lines.map((path) => path.stroke)).toEqual(['#0072b2', '#d55e00'])
    expect(lines[0]['stroke-dasharray']).toBeUndefined()
    expect(lines[1]['stroke-dasharray']).toBe('7,4')
  })

  it('is an image that says in words what it shows', () => {
    mounted({ references: [paper] })
    expect(chart.get('.plot [role=img]').attributes('aria-label')).toContain('GMF: last 0.660 at epoch 3')
  })

  it('takes its colours from the theme, and takes them again when that changes', async () => {
    mounted({})
    document.documentElement.dataset.theme = 'dark'
    await vi.waitFor(() => expect(paths().some((path) => path.stroke === '#4aa8e0')).toBe(true))
  })

  it('hides a series and shows it again', async () => {
    mounted({})
    const entry = chart.findAll('.legend button')[1]
    await entry.trigger('click')
    expect(entry.attributes('aria-pressed')).toBe('false')
    await vi.waitFor(() => expect(paths().some((path) => path.stroke === '#d55e00')).toBe(false))
    await entry.trigger('click')
    await vi.waitFor(() => expect(paths().some((path) => path.stroke === '#d55e00')).toBe(true))
  })

  it('draws at most four times a second, and the last state for sure', async () => {
    vi.useFakeTimers()
    try {
      mounted({})
      await vi.advanceTimersByTimeAsync(1000)
      const plot = chart.get('.plot svg').element
      let draws = 0
      const observer = new MutationObserver(() => draws++)
      observer.observe(plot, { childList: true, subtree: true, attributes: true })
      for (let i = 0; i < 50; i++) {
        await chart.setProps({ series: [series('NeuMF', [0.5, 0.6 + i / 1000])] })
        await vi.advanceTimersByTimeAsync(20)
      }
      await vi.advanceTimersByTimeAsync(500)
      expect(draws).toBeGreaterThan(2)
      expect(draws).toBeLessThanOrEqual(8)
      expect(chart.get('.plot [role=img]').attributes('aria-label')).toContain('0.649')
      observer.disconnect()
    } finally {
      vi.useRealTimers()
    }
  })

  it('says so when there are no epochs, and why when it cannot be shown', async () => {
    mounted({ series: [series('GMF', [NaN])] })
    expect(chart.text()).toContain('No epochs yet')
    await chart.setProps({ error: 'The epochs of GMF are damaged.' })
    expect(chart.get('[role=alert]').text()).toBe('The epochs of GMF are damaged.')
    expect(chart.find('.plot').exists()).toBe(false)
  })

  it('says how many values a logarithmic axis leaves out', () => {
    mounted({ log: true, series: [series('GMF', [0.5, 0, -1])] })
    expect(chart.text()).toContain('2 values of 0 or below')
  })

  it('says which epoch the arrow keys have reached, and when they leave', async () => {
    mounted({})
    const plot = chart.get('.plot [role=img]')
    for (const key of ['Home', 'ArrowRight', 'End', 'ArrowRight', 'Escape'])
      await plot.trigger('keydown', { key })
    expect(chart.emitted('hover-epoch')).toEqual([[1], [2], [3], [null]])
  })

  it('zooms with + and offers the way back', async () => {
    mounted({
      series: [
        series(
          'GMF',
          Array.from({ length: 40 }, (_, i) => i / 50),
        ),
      ],
    })
    await chart.get('.plot [role=img]').trigger('keydown', { key: '+' })
    await chart
      .findAll('button')
      .find((button) => button.text() === 'Reset zoom')!
      .trigger('click')
    expect(chart.text()).not.toContain('Reset zoom')
  })
})

describe('the numbers of a metric chart', () => {
  it('are shown as a table', async () => {
    mounted({ references: [paper] })
    await chart.get('[aria-label="View as table"]').trigger('click')
    expect(chart.findAll('thead th').map((cell) => cell.text())).toEqual([
      'epoch',
      'NeuMF <b>"paper"</b>',
      'GMF',
      'He et al.',
    ])
    expect(chart.findAll('tbody tr')[2].text()).toBe('30.6800.6600.688')
  })

  it('are saved as CSV in full precision', async () => {
    const files = catchDownloads()
    mounted({})
    await choose('CSV')
    expect(await files.get('HR@10.csv')!.text()).toContain('3,0.68,0.66\r\n')
  })

  it('are saved as an SVG that is well-formed and stands alone', async () => {
    const files = catchDownloads()
    mounted({ subtitle: 'ML-1M', references: [paper] })
    await choose('SVG')
    const text = await files.get('HR@10.svg')!.text()
    expect(text).toContain('NeuMF &lt;b&gt;&quot;paper&quot;&lt;/b&gt;')
    for (const said of ['HR@10', 'ML-1M', 'GMF', 'epoch', '0.688 He et al.'])
      expect(text).toContain(`>${said}`)
    expect(text).toContain('fill="#ffffff"')
    // An attribute cut short by a quote within it leaves something that is no attribute.
    for (const [tag] of text.matchAll(/<[a-z][^>]*>/g)) {
      expect(tag).toMatch(/^<[a-z]+(\s+[\w:-]+="[^"]*")*\s*\/?>$/i)
    }
  })

  it('cannot be copied without permission, which the chart says', async () => {
    mounted({})
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('Write permission denied.'))
    await chart.get('[aria-label="View as table"]').trigger('click')
    await choose('Copy table')
    await vi.waitFor(() => expect(chart.get('[role=status]').text()).toBe('Write permission denied.'))
  })
})

describe('what a metric chart is drawn from', () => {
  const plot = (change: Partial<MetricPlot> = {}): MetricPlot => ({
    lines: metricLines(two, { smoothing: 0, log: false }),
    references: [],
    axis: 'epoch',
    xTitle: 'epoch',
    yTitle: 'HR@10',
    smoothing: 0,
    log: false,
    size: { width: 600, height: 300 },
    theme: readTheme(),
    ...change,
  })
  const yAxis = (change: Partial<MetricPlot>) =>
    metricOption(plot(change)).yAxis as { name: string; min: number; max: number; type: string }

  it('an axis that does not begin at 0 and says so', () => {
    expect(yAxis({})).toMatchObject({ name: 'HR@10 (axis 0.45 to 0.70)', min: 0.45, max: 0.7 })
  })

  it('an epoch axis up to what is planned, and never less than what is done', () => {
    const xAxis = (xEnd?: number) => metricOption(plot({ xEnd })).xAxis as { min: number; max: number }
    expect(xAxis()).toMatchObject({ min: 1, max: 3 })
    expect(xAxis(20)).toMatchObject({ min: 1, max: 20 })
    expect(xAxis(2)).toMatchObject({ min: 1, max: 3 })
  })

  it('an axis that holds the reference lines, until one zooms to something far from them', () => {
    const references = [{ name: 'Popularity', y: 0.2, kind: 'baseline' as const }]
    expect(yAxis({ references }).min).toBeLessThanOrEqual(0.2)
    expect(yAxis({ references, window: [3, 3] }).min).toBeGreaterThan(0.6)
  })

  it('a tooltip that lists the highest first, with names as text', () => {
    const tooltip = metricTooltip(plot(), 3)
    const values = [...tooltip.querySelectorAll('.chart-tooltip-value')].map((cell) => cell.textContent)
    expect(values).toEqual(['0.680', '0.660'])
    expect(tooltip.querySelector('b')).toBeNull()
    expect(tooltip.textContent).toContain('NeuMF <b>"paper"</b>')
  })
})
