/** Where a command writes: results to stdout, everything else to stderr. */
export interface Terminal {
  /** Results as JSON lines instead of text, and no progress. */
  readonly json: boolean
  /** Whether a progress bar can be drawn. */
  readonly drawsBars: boolean
  /** A result for people; nothing with --json. */
  print(text: string): void
  /** A result as one JSON line; nothing without --json. */
  emit(value: Record<string, unknown>): void
  /** A message for people that is no result. */
  say(text: string): void
}

/** The terminal of this process. */
export function openTerminal({ json = false }: { json?: boolean }): Terminal {
  return {
    json,
    drawsBars: !json && process.stderr.isTTY === true,
    print: (text) => void (json || process.stdout.write(`${text}\n`)),
    emit: (value) => void (json && process.stdout.write(`${JSON.stringify(value)}\n`)),
    say: (text) => void process.stderr.write(`${text}\n`),
  }
}
