import type { RunCurves, RunRow } from '../../../src-main/contract/runContract.ts'
import type { MetricSeries } from '../../charts/metricSeries.ts'
import type { SeriesStyle } from '../../charts/seriesStyle.ts'
import { runName } from '../runs/runFacts.ts'
import { groupName } from '../runs/table/runColumns.ts'
import { seedCurves, seedGroupsOf } from './seedCurves.ts'

export type CurveColumn = 'hr10' | 'ndcg10' | 'loss'

/** How the curves of a comparison are drawn. */
export interface CurveDrawing {
  column: CurveColumn
  axis: 'epoch' | 'seconds'
  groupSeeds: boolean
  styleOf(id: string): SeriesStyle
}

const along = ({ axis }: CurveDrawing) => (axis === 'epoch' ? 'epoch' : 'trainSeconds')

/** Curves of runs that are selected by validation are on other items, and say so. */
function marked(name: string, { config }: RunRow, { column }: CurveDrawing): string {
  return column !== 'loss' && config?.selection === 'validation' ? `${name} (validation)` : name
}

function ofRun(run: RunRow, curves: RunCurves, drawing: CurveDrawing): MetricSeries {
  const { column, styleOf } = drawing
  const x = curves[along(drawing)]
  const place = column === 'loss' ? -1 : curves.epoch.indexOf(run.summary?.bestEpoch ?? -1)
  return {
    id: run.id,
    name: marked(runName(run), run, drawing),
    style: styleOf(run.id),
    x,
    y: curves[column],
    ...(place >= 0 && { bestX: x[place] }),
  }
}

/** In the style of its first run: the lines of the others are not there beside it. */
function ofSeeds(runs: readonly RunRow[], curves: readonly RunCurves[], drawing: CurveDrawing): MetricSeries {
  const joined = seedCurves(curves)
  const { mean, deviation } = joined.columns[drawing.column]
  return {
    id: `seeds:${runs[0].groupKey}`,
    name: `${marked(groupName(runs), runs[0], drawing)}, mean ± sd`,
    style: drawing.styleOf(runs[0].id),
    x: joined[along(drawing)],
    y: mean,
    deviation,
  }
}

/** One line for each run or, where seeds are grouped, for each group of two runs and more that have epochs. */
export function comparedSeries(
  rows: readonly RunRow[],
  curves: ReadonlyMap<string, RunCurves>,
  drawing: CurveDrawing,
): MetricSeries[] {
  const known = rows.filter(({ id }) => curves.has(id))
  const single = (run: RunRow) => ofRun(run, curves.get(run.id)!, drawing)
  if (!drawing.groupSeeds) return known.map(single)
  return seedGroupsOf(known).flatMap((runs) => {
    const begun = runs.filter(({ id }) => curves.get(id)!.epoch.length > 0)
    if (begun.length < 2) return runs.map(single)
    return [
      ofSeeds(
        begun,
        begun.map(({ id }) => curves.get(id)!),
        drawing,
      ),
    ]
  })
}
