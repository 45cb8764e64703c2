import type { Command } from 'commander'
import { libraryLocation } from '../node/libraryLocation.ts'
import { addCommonFlags, type CommonFlags } from './commonFlags.ts'
import { EXIT, type EndWith } from './exitCodes.ts'
import { examine, type Finding } from './machineCheck.ts'
import { table } from './resultTable.ts'
import { openTerminal } from './terminal.ts'

const WORDS: Record<Finding['state'], string> = { ok: 'ok', note: 'note', bad: 'PROBLEM' }

/** `ncf doctor`: exit code 1 when something keeps the program from working. */
export function addDoctorCommand(program: Command, end: EndWith): void {
  const command = program
    .command('doctor')
    .description('What this machine offers, and whether the engine and the library work on it.')
  addCommonFlags(command).action(async (flags: CommonFlags) => {
    const terminal = openTerminal(flags)
    const findings = await examine(libraryLocation(flags.library))
    for (const finding of findings) terminal.emit({ event: 'check', ...finding })
    terminal.print(
      table(
        ['', 'check', 'found'],
        findings.map(({ state, check, found }) => [WORDS[state], check, found]),
      ),
    )
    if (findings.some(({ state }) => state === 'bad')) end(EXIT.failed)
  })
}
