import { Command, CommanderError } from 'commander'
import { appCommit, appVersion } from '../node/provenance.ts'
import { addBenchCommand } from './bench.ts'
import { addCompareCommand } from './compareCommand.ts'
import { addDatasetsCommand } from './datasetsCommand.ts'
import { addDoctorCommand } from './doctorCommand.ts'
import { addEvaluateCommand } from './evaluateCommand.ts'
import { EXIT, UsageError, type EndWith, type ExitCode } from './exitCodes.ts'
import { failureMessage } from './failureMessage.ts'
import { addGapCommand } from './gapCommand.ts'
import { addLeaderboardCommand } from './leaderboardCommand.ts'
import { addRecommendCommand } from './recommendCommand.ts'
import { addReproduceCommand } from './reproduceCommand.ts'
import { addResumeCommand } from './resumeCommand.ts'
import { addRunsCommand } from './runsCommand.ts'
import { addServeCommand } from './serveCommand.ts'
import { addTrainCommand } from './trainCommand.ts'
import { addTrashCommand } from './trashCommand.ts'

/**
 * Runs one call of `ncf` to its end.
 *
 * @param args What follows the program's name.
 * @returns The exit code; what went wrong has been said on stderr.
 */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done
  const program = await createProgram((code) => (exitCode = code))
  let called: Command = program
  program.hook('preAction', (_, command) => void (called = command))
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    return explain(error, called)
  }
}

async function createProgram(end: EndWith): Promise<Command> {
  const program = new Command('ncf')
    .description('A lab for neural collaborative filtering: GMF, MLP and NeuMF (He et al., WWW 2017).')
    .version([await appVersion(), appCommit()].filter(Boolean).join(' '))
    .exitOverride()
    .showSuggestionAfterError(false)
  addTrainCommand(program, end)
  addReproduceCommand(program, end)
  addEvaluateCommand(program)
  addRecommendCommand(program)
  addDatasetsCommand(program)
  const runs = addRunsCommand(program)
  addGapCommand(runs)
  addResumeCommand(runs, end)
  addCompareCommand(program)
  addLeaderboardCommand(program)
  addTrashCommand(program)
  addServeCommand(program)
  addBenchCommand(program)
  addDoctorCommand(program, end)
  hintAtHelp(program)
  return program
}

/** Wrong usage costs two lines, not the whole help. */
function hintAtHelp(command: Command, path = command.name()): void {
  command.showHelpAfterError(`Run "${path} --help" to see what it takes.`)
  for (const inner of command.commands) hintAtHelp(inner, `${path} ${inner.name()}`)
}

function explain(error: unknown, called: Command): ExitCode {
  // Commander has written its own message already; its code is 0 for --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  if (error instanceof UsageError) {
    const hint = `Run "${pathOf(called)} --help" to see what it takes.`
    process.stderr.write(`error: ${failureMessage(error)}\n${hint}\n`)
    return EXIT.usage
  }
  process.stderr.write(`error: ${failureMessage(error)}\n`)
  return EXIT.failed
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
