import { SingleBar } from 'cli-progress'
import type { EpochRecord } from '../core/run/epochRecord.ts'
import type { TrainingEvent } from '../trainer/trainerClient.ts'
import { count } from './datasetSource.ts'
import { epochLine, epochMetrics, hrAt10, ndcgAt10 } from './jsonLines.ts'
import { RankingBar, type RankingEvent } from './rankingBar.ts'
import { share } from './resultTable.ts'
import type { Terminal } from './terminal.ts'

const FORMAT = 'epoch {epoch}/{epochs} [{bar}] {percentage}%{loss}  {speed} samples/s  {left} left'

type Progress = Extract<TrainingEvent, { kind: 'progress' }>

/** Seconds as `1:05` or `2:00:09`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const tail = `${String(minutes).padStart(hours ? 2 : 1, '0')}:${String(whole % 60).padStart(2, '0')}`
  return hours ? `${hours}:${tail}` : tail
}

/** One epoch for people, in one line. */
export function describeEpoch(record: EpochRecord, epochs: number, bestEpoch: number): string {
  const { metrics, split } = epochMetrics(record)
  const where = split === 'validation' ? ' (validation)' : ''
  const number = String(record.epoch).padStart(String(epochs).length)
  return [
    `epoch ${number}/${epochs}`,
    `HR@10 ${share(hrAt10(metrics))}`,
    `NDCG@10 ${share(ndcgAt10(metrics))}${where}`,
    ...(record.full ? [`full HR@10 ${share(hrAt10(record.full))}`] : []),
    ...(record.loss === undefined ? [] : [`loss ${record.loss.toFixed(4)}`]),
    `${record.trainSeconds.toFixed(1)} s + ${record.evaluateSeconds.toFixed(1)} s`,
    ...(bestEpoch === record.epoch ? ['best so far'] : []),
  ].join('  ')
}

/** Tells of a training while it goes on: JSON lines, or a line an epoch with a bar where one can be drawn. */
export class TrainingReporter {
  private bar: SingleBar | undefined
  private readonly ranking: RankingBar

  constructor(
    private readonly terminal: Terminal,
    private readonly run: { runId: string; epochs: number },
  ) {
    this.ranking = new RankingBar(terminal)
  }

  tell(event: TrainingEvent): void {
    if (event.kind === 'progress') return this.draw(event)
    if (event.kind === 'ranking') return this.drawRanking(event)
    this.clear()
    if (event.kind === 'notice') return this.terminal.say(`note: ${event.message}`)
    this.terminal.emit(epochLine(this.run.runId, event.record))
    if (!this.terminal.json) this.terminal.say(describeEpoch(event.record, this.run.epochs, event.bestEpoch))
  }

  /** Takes the bars away, so that other lines can be written. */
  clear(): void {
    this.ranking.clear()
    this.clearTraining()
  }

  private drawRanking(event: RankingEvent): void {
    this.clearTraining()
    this.ranking.draw(event)
  }

  private clearTraining(): void {
    this.bar?.stop()
    this.bar = undefined
  }

  private draw({ epoch, epochs, step, stepsPerEpoch, loss, samplesPerSecond, secondsLeft }: Progress): void {
    if (!this.terminal.drawsBars) return
    const payload = {
      epoch,
      epochs,
      loss: loss === undefined ? '' : `  loss ${loss.toFixed(4)}`,
      speed: count(Math.round(samplesPerSecond)),
      left: clock(secondsLeft),
    }
    if (this.bar) return this.bar.update(step, payload)
    this.bar = new SingleBar({ format: FORMAT, barsize: 20, clearOnComplete: true, gracefulExit: false })
    this.bar.start(stepsPerEpoch, step, payload)
  }
}
