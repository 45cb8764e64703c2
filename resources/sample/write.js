// Writes the bundled sample beside this file: npm run sample.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runnerImport } from 'vite'

const folder = import.meta.dirname
// Node 20 cannot run TypeScript by itself; vite, which builds the app, can.
const { module } = await runnerImport(resolve(folder, 'generate.ts'), { configFile: false })
for (const [name, text] of Object.entries(module.generateSample())) {
  writeFileSync(resolve(folder, name), text)
  process.stdout.write(`${name}: ${Buffer.byteLength(text).toLocaleString('en')} bytes\n`)
}
