/** Starts the built main module as Electron does. Arguments: those of the program. */
import { register } from 'node:module'

const ENTRY_PATIENCE = 10_000

Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in' })
register('./resolveElectron.js', import.meta.url)
const { makeReady } = await import('./lifecycle.js')

const tooLong = setTimeout(() => {
  process.stderr.write(
    'The main module does not come to its end: does it wait for app.whenReady() at its top level?\n',
  )
  process.exit(1)
}, ENTRY_PATIENCE)
await import(new URL('../../../out/electron/main.js', import.meta.url).href)
clearTimeout(tooLong)
makeReady()
