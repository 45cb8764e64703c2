import { TrainerClient } from '../trainer/trainerClient.ts'

/** Lends an engine process to `use` and ends it afterwards. */
export async function withEngine<T>(use: (engine: TrainerClient) => Promise<T>): Promise<T> {
  const engine = TrainerClient.start()
  try {
    return await use(engine)
  } finally {
    await engine.close()
  }
}
