import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  // Many tests wait for processes and disks, so every core is used (Vitest would leave one free, of two that is half).
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    maxWorkers: '100%',
    expect: { poll: { timeout: 10_000 } },
  },
})
