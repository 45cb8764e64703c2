import { SingleBar } from 'cli-progress'
import type { TrainingEvent } from '../trainer/trainerClient.ts'
import type { Terminal } from './terminal.ts'

export type RankingEvent = Extract<TrainingEvent, { kind: 'ranking' }>

const FORMAT = 'ranking all items [{bar}] {percentage}%  {value}/{total} users'

/** Does work that may rank all items, with a bar while it does. */
export async function withRankingBar<T>(
  terminal: Pick<Terminal, 'drawsBars'>,
  work: (tell: (event: RankingEvent) => void) => Promise<T>,
): Promise<T> {
  const bar = new RankingBar(terminal)
  try {
    return await work((event) => bar.draw(event))
  } finally {
    bar.clear()
  }
}

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
