import { fileURLToPath } from 'node:url'
import { onTestFinished, expect, it } from 'vitest'
import { TrainerClient } from '../../src-main/trainer/trainerClient.ts'
import { libraryWithSample, trainerScript } from './runFixture.ts'

function startTrainer(): TrainerClient {
  const trainer = TrainerClient.start({ script: trainerScript })
  onTestFinished(() => trainer.close())
  return trainer
}

it('trains in a process of its own and can be stopped and asked to go on', async () => {
  const { library, createRun, store } = await libraryWithSample()
  const trainer = startTrainer()
  const whole = await createRun({ epochs: 2 })
  const { summary } = await trainer.train({ library, runId: whole, threads: 'auto' }, () => {})
  const runId = await createRun({ epochs: 2 })
  const stopped = await trainer.train({ library, runId, threads: 1 }, ({ kind }) => {
    if (kind === 'progress') trainer.stop()
  })
  expect(stopped.status).toBe('interrupted')
  expect((await store.read(runId)).record.status).toBe('interrupted')
  const end = await trainer.train({ library, runId, threads: 2 }, () => {})
  expect(end.status).toBe('finished')
  expect(end.summary!.weightsHash).toBe(summary!.weightsHash)
})

const KILLED: Parameters<Awaited<ReturnType<typeof libraryWithSample>>['createRun']>[0][] = [
  { model: 'NeuMF', epochs: 3 },
  { model: 'EASE', fullRanking: 'end' },
  { model: 'iALS', factors: 32, epochs: 5, fullRanking: 'end' },
  { model: 'BPR', factors: 16, epochs: 3, fullRanking: 'end' },
]

it.each(KILLED.map((config) => [config?.model, config] as const))(
  'says that it died when it is killed; the %s is interrupted and a new process brings it to the same bits',
  async (_, config) => {
    const { library, createRun, store } = await libraryWithSample()
    const whole = await createRun(config)
    const { summary } = await startTrainer().train({ library, runId: whole, threads: 'auto' }, () => {})
    const runId = await createRun(config)
    for (const event of ['progress', 'epoch']) {
      const victim = startTrainer()
      const training = victim.train({ library, runId, threads: 'auto' }, ({ kind }) => {
        if (kind === event) process.kill(victim.pid!, 'SIGKILL')
      })
      await expect(training).rejects.toMatchObject({
        code: 'crashed',
        message: expect.stringContaining('SIGKILL'),
      })
      await expect(
        victim.evaluate({ library, datasetId: 'x', weightsFile: 'x', arithmetic: 'fma', threads: 1 }),
      ).rejects.toMatchObject({ code: 'crashed' })
    }
    const survived = (await store.readEpochs(runId)).epochs
    expect(survived.length).toBeGreaterThanOrEqual(1)
    const end = await startTrainer().train({ library, runId, threads: 'auto' }, () => {})
    expect(end.summary!.weightsHash).toBe(summary!.weightsHash)
    expect((await store.readEpochs(runId)).epochs[0].loss).toBe(survived[0].loss)
  },
)

it('checkpoints and tells how the run was left when it is closed in mid-training', async () => {
  const { library, createRun, store } = await libraryWithSample()
  const runId = await createRun({ epochs: 500 })
  const trainer = startTrainer()
  const training = trainer.train({ library, runId, threads: 'auto' }, ({ kind }) => {
    if (kind === 'progress') void trainer.close()
  })
  expect((await training).status).toBe('interrupted')
  expect((await store.read(runId)).record.status).toBe('interrupted')
  expect((await store.readCheckpoint(runId, 'last')).tensors.length).toBeGreaterThan(0)
})

it('leaves a run paused when asked so, also one that was still waiting for its turn', async () => {
  const { library, createRun, store } = await libraryWithSample()
  const runId = await createRun({ epochs: 500 })
  const trainer = startTrainer()
  const training = trainer.train({ library, runId, threads: 1 }, () => {})
  trainer.stop('paused')
  expect(await training).toMatchObject({ runId, status: 'paused' })
  expect((await store.read(runId)).record.status).toBe('paused')
})

it('imports a dataset with progress and counts it through', async () => {
  const { library, description } = await libraryWithSample()
  const trainer = startTrainer()
  const stages: string[] = []
  const path = fileURLToPath(new URL('../../resources/sample', import.meta.url))
  const { id } = await trainer.import({ library, path, options: { validation: true } }, ({ stage }) =>
    stages.push(stage),
  )
  expect(id).not.toBe(description.id)
  expect(new Set(stages)).toEqual(new Set(['reading', 'splitting', 'storing']))
  const { popularityBaseline, activity, mostPopular } = await trainer.describe({
    library,
    datasetId: description.id,
  })
  expect(popularityBaseline!.hr10).toBeCloseTo(0.377, 3)
  expect(activity.reduce((sum, { count }) => sum + count, 0)).toBe(description.report.users)
  expect(mostPopular[0].users).toBe(description.report.popularity.maximum)
})

it('answers a failed job with the code of its error and lives on', async () => {
  const { library, createRun } = await libraryWithSample()
  const trainer = startTrainer()
  await expect(
    trainer.train({ library, runId: '20260101-000000-gmf-none', threads: 1 }, () => {}),
  ).rejects.toMatchObject({
    code: 'run-not-found',
    origin: 'StoreError',
  })
  const runId = await createRun({ model: 'GMF', epochs: 1 })
  expect((await trainer.train({ library, runId, threads: 1 }, () => {})).status).toBe('finished')
})
