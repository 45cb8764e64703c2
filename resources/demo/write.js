// Trains the run that a new library begins with, and writes it beside this file: npm run demo.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const here = import.meta.dirname
const library = mkdtempSync(join(tmpdir(), 'ncf-demo-'))

/** Runs the built terminal program; returns what it printed as JSON lines. */
function ncf(...words) {
  const program = resolve(here, '../../out/cli/ncf.js')
  const text = execFileSync(process.execPath, [program, ...words, '--library', library, '--json'], {
    encoding: 'utf8',
  })
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

try {
  const notes =
    'This run comes with the program: NeuMF with eight factors on the sample, an invented film club. ' +
    'Look at its curves, repeat it exactly, or move it to the trash.'
  const model = ['--model', 'NeuMF', '--factors', '8', '--epochs', '20', '--seed', '42', '--full-ranking']
  const labels = ['--name', 'A first look', '--tag', 'demo', '--notes', notes]
  const end = ncf('train', '--data', 'sample', ...model, ...labels).at(-1)
  // A finished run never goes on, so the optimiser's state would only make the file three times as large.
  rmSync(join(library, 'runs', end.runId, 'last.safetensors'))
  const [{ file, bytes }] = ncf('runs', 'export', end.runId, join(here, 'neumf-sample.zip'))
  process.stdout.write(`${file}: ${bytes.toLocaleString('en')} bytes before packing\n`)
} finally {
  rmSync(library, { recursive: true, force: true })
}
