/** A long computation in short steps: between them others may have their turn. It returns what it computes. */
export type Steps<T> = Generator<void, T, void>

/** Draws of random numbers in one step: some ten milliseconds. */
const DRAWS_PER_STEP = 2e6

/** After how many resamples of so many draws each a step ends. */
export function resamplesPerStep(draws: number): number {
  return Math.max(1, Math.floor(DRAWS_PER_STEP / Math.max(1, draws)))
}

/** Computes to the end in one go. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Computes to the end, with a pause before each step. */
export async function finishWithPauses<T>(steps: Steps<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    await pause()
    const step = steps.next()
    if (step.done) return step.value
  }
}
