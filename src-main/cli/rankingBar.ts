import { SingleBar } from 'cli-progress'
import type { TrainingEvent } from '../trainer/trainerClient.ts'
import type { Terminal } from './terminal.ts'

export type RankingEvent = Extract<TrainingEvent, { kind: 'ranking' }>

const FORMAT = 'ranking all items [{bar}] {percentage}%  {value}/{total} users'

/** How far a ranking of all items has come, where a bar can be drawn. */
export class RankingBar {
  private bar: SingleBar | undefined

  constructor(private readonly terminal: Pick<Terminal, 'drawsBars'>) {}

  draw({ users, of }: RankingEvent): void {
    if (!this.terminal.drawsBars) return
    if (this.bar) return this.bar.update(users)
    this.bar = new SingleBar({ format: FORMAT, barsize: 20, clearOnComplete: true, gracefulExit: false })
    this.bar.start(of, users)
  }

  /** Takes the bar away, so that other lines can be written. */
  clear(): void {
    this.bar?.stop()
    this.bar = undefined
  }
}
