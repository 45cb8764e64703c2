import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const at = (path: string) => resolve(import.meta.dirname, path)

/** The commit that runs record as their origin; undefined outside a Git checkout. */
function commit(): string | undefined {
  try {
    const options = {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    } as const
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim()
  } catch {
    return undefined
  }
}

/** Entries keep the folder of their room, so that out/cli/ncf.js finds out/trainer and out/engines beside it. */
export default defineConfig({
  main: {
    define: { __APP_COMMIT__: JSON.stringify(commit()) ?? 'undefined' },
    build: {
      outDir: 'out',
      emptyOutDir: false,
      rolldownOptions: {
        input: {
          'cli/ncf': at('src-main/cli/ncf.ts'),
          'trainer/trainerProcess': at('src-main/trainer/trainerProcess.ts'),
          'engines/cpu/worker': at('src-main/engines/cpu/worker.ts'),
          'electron/main': at('src-main/electron/main.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/electron',
      emptyOutDir: false,
      // A sandboxed preload can require nothing but Electron: one CommonJS file with everything in it.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: at('src-main/electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [vue()],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      rolldownOptions: { input: { index: at('src-renderer/index.html') } },
    },
  },
})
