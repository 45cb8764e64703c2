import { fork } from 'node:child_process'

/** A started engine process and the way to it: a child process in plain Node, a utility process in Electron. */
export interface EngineChannel {
  readonly pid: number | undefined
  /** Calls back with what kept the message from being sent. */
  send(message: unknown, onFailure: (error: Error) => void): void
  onMessage(listener: (message: unknown) => void): void
  onStderr(listener: (text: string) => void): void
  /** Trouble with the process or the channel that is not its end. */
  onError(listener: (error: Error) => void): void
  /** The process is gone: by an exit code or by a signal. */
  onExit(listener: (code: number | null, signal: string | null) => void): void
  /** Ends it at once. */
  kill(): void
}

export type ForkEngine = (script: string, args: readonly string[]) => EngineChannel

/** Argument of an engine process that lets windows and other programs go first. */
export const BACKGROUND = '--background'

/** Starts the engine process with Node's own fork. */
export const forkChild: ForkEngine = (script, args) => {
  const child = fork(script, args, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  return {
    get pid() {
      return child.pid
    },
    send: (message, onFailure) => {
      if (!child.connected) return onFailure(new Error('its channel is closed'))
      child.send(message as object, (error) => {
        if (error) onFailure(error)
      })
    },
    onMessage: (listener) => void child.on('message', listener),
    onStderr: (listener) => void child.stderr?.on('data', (text: Buffer) => listener(text.toString())),
    onError: (listener) => void child.on('error', listener),
    // Not 'close': after a disconnect it does not come.
    onExit: (listener) => void child.on('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
