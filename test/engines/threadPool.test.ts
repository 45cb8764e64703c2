import { expect, it } from 'vitest'
import { ThreadPool, type WorkerSetup } from '../../src-main/engines/cpu/threadPool.ts'

/** An empty module: these threads run scripts of the tests instead of a kernel. */
const setup: WorkerSetup = {
  module: new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)),
  memory: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }),
}
const script = (source: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort, workerData } from 'node:worker_threads'\n${source}`)}`,
  )

/** Adds 1 to the shared memory's first word for as long as it lives. */
const COUNTS = `setInterval(() => Atomics.add(new Int32Array(workerData.memory.buffer), 0, 1), 1)`

it('keeps no thread when one of them fails to start', async () => {
  const words = new Int32Array(setup.memory.buffer)
  const failing = script(`
    ${COUNTS}
    if (Atomics.add(new Int32Array(workerData.memory.buffer), 1, 1) === 0) throw new Error('no luck')
    parentPort.postMessage({ done: true })
  `)
  await expect(ThreadPool.start(failing, setup, 3)).rejects.toMatchObject({
    code: 'crashed',
    message: expect.stringContaining('no luck'),
  })
  const then = Atomics.load(words, 0)
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(Atomics.load(words, 0)).toBe(then)
})

it('rejects the call under way when it is closed, and every later one', async () => {
  const silent = script(`parentPort.postMessage({ done: true }); parentPort.on('message', () => {})`)
  const pool = await ThreadPool.start(silent, setup, 2)
  const call = expect(pool.call('train', 2)).rejects.toMatchObject({
    code: 'crashed',
    message: expect.stringContaining('closed'),
  })
  await pool.close()
  await call
  await expect(pool.call('train', 1)).rejects.toMatchObject({ code: 'crashed' })
})
