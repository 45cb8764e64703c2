import { endWithReader } from './interruption.ts'
import { runProgram } from './program.ts'

endWithReader()
process.exitCode = await runProgram(process.argv.slice(2))
