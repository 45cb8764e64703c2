import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../out/cli/ncf.js', import.meta.url))
const ADDRESS = /^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/m

/** A built `ncf serve` on a library. */
export class ServedLibrary {
  private constructor(
    readonly library: string,
    readonly address: string,
    private readonly child: ChildProcess,
  ) {}

  /** Resolves when the address has been printed. */
  static async start(library: string, port = 0): Promise<ServedLibrary> {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" first.`)
    const args = [PROGRAM, 'serve', '--port', String(port), '--library', library, '--no-open']
    // Preferences are part of what a test begins with: they lie beside its library.
    const env = { ...process.env, XDG_CONFIG_HOME: `${library}-settings`, NCF_DEBUG: '' }
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    return new ServedLibrary(library, await printedAddress(child), child)
  }

  get port(): number {
    return Number(new URL(this.address).port)
  }

  get pid(): number {
    return this.child.pid!
  }

  /** Process ids of the engine processes. */
  engines(): number[] {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
    return rows
      .map((row) => row.trim().split(/\s+/))
      .filter(
        ([, parent, ...args]) => Number(parent) === this.pid && args.join(' ').includes('trainerProcess'),
      )
      .map(([pid]) => Number(pid))
  }

  /** As a closing terminal or a service manager would; resolves to the exit code. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return Promise.resolve(this.child.exitCode)
    const ended = once(this.child, 'exit')
    this.child.kill(signal)
    return ended.then(([code]) => code as number | null)
  }
}

function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (piece: Buffer) => {
      output += piece.toString()
      const address = ADDRESS.exec(output)?.[0]
      if (address) resolve(address)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.on('exit', (code) => reject(new Error(`ncf serve ended with ${code}: ${output}`)))
  })
}
