import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'

const at = (path: string) => resolve(import.meta.dirname, path)

/** Entries keep the folder of their room, so that out/cli/ncf.js finds out/trainer and out/engines beside it. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out',
      emptyOutDir: false,
      rolldownOptions: {
        input: {
          'cli/ncf': at('src-main/cli/ncf.ts'),
          'trainer/trainerProcess': at('src-main/trainer/trainerProcess.ts'),
          'engines/cpu/worker': at('src-main/engines/cpu/worker.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
})
