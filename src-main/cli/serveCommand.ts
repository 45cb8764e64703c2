import type { Command } from 'commander'
import { libraryLocation } from '../node/libraryLocation.ts'
import { serve } from '../server/serve.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { wholeNumber } from './flagValues.ts'
import { interruptible } from './interruption.ts'
import { openTerminal } from './terminal.ts'

const LAST_PORT = 65_535

interface ServeFlags extends CommonFlags {
  port: number
  open: boolean
}

/** `ncf serve`: until it is interrupted; then exit code 0. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('Open NCF Studio in a browser of this machine.')
    .option('--port <number>', 'where to listen on 127.0.0.1; 0: any free port', wholeNumber(0, LAST_PORT), 0)
    .option('--no-open', 'print the address alone, open no browser')
  addCommonFlags(command).action(serveLibrary)
}

async function serveLibrary({ port, open, ...flags }: ServeFlags): Promise<void> {
  const terminal = openTerminal(flags)
  const library = libraryLocation(flags.library)
  const ending = new AbortController()
  const ended = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve()))
  await interruptible(
    async () => {
      const { address, open: openBrowser, close } = await serve({ port, library })
      // Who has asked for the end meanwhile wants no browser, nor an address that is gone in a moment.
      if (!ending.signal.aborted) {
        terminal.emit({ event: 'serving', address, library })
        terminal.print(`NCF Studio serves ${library} at\n${address}`)
        if (open) await openBrowser()
      }
      await ended
      terminal.say('Ending: what trains is checkpointed.')
      await close()
    },
    { stop: () => ending.abort(), kill: () => {} },
  )
}
