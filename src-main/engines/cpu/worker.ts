import { parentPort, workerData } from 'node:worker_threads'
import type { KernelCall, WorkerReply, WorkerSetup } from './threadPool.ts'

/** One thread of the pool: an instance of the kernel on the shared memory, doing what it is told. */
const { module, memory } = workerData as WorkerSetup
const reply = (message: WorkerReply) => parentPort!.postMessage(message)

const instance = new WebAssembly.Instance(module, {
  env: {
    memory,
    abort: () => {
      throw new Error('the kernel aborted')
    },
  },
})
const kernel = instance.exports as Record<string, (...args: number[]) => void>

parentPort!.on('message', ({ name, args }: KernelCall) => {
  try {
    kernel[name](...args)
    reply({ done: true })
  } catch (error) {
    reply({ error: String(error) })
  }
})
reply({ done: true })
