import { readFileSync } from 'node:fs'
import { mount } from '@vue/test-utils'
import { vi } from 'vitest'
import type { Component } from 'vue'
import { CHART_RENDERER } from '../../../src-renderer/charts/chartRenderer.ts'
import type { SeriesStyle } from '../../../src-renderer/charts/seriesStyle.ts'

/** The design tokens, without which no chart has a colour. Tests begin in the light theme. */
export function layTokens(): void {
  const sheet = document.createElement('style')
  sheet.textContent = readFileSync('src-renderer/styles/tokens.css', 'utf8')
  document.head.append(sheet)
}

/** A chart in the page, drawn as SVG: there is no canvas here. */
export function mountChart(chart: Component, props: Record<string, unknown>) {
  return mount(chart, {
    props,
    attachTo: document.body,
    global: { provide: { [CHART_RENDERER as symbol]: 'svg' } },
  })
}

export function style(index: number, dash: SeriesStyle['dash'] = 'solid'): SeriesStyle {
  return { colour: `--run-${index}`, dash }
}

/** The files that a test downloads, by name. */
export function catchDownloads(): Map<string, Blob> {
  const files = new Map<string, Blob>()
  let latest: Blob
  vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => {
    latest = file as Blob
    return 'blob:test'
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    files.set(this.download, latest)
  })
  return files
}
