/** Node's codes in words; the path is added. */
const FILE_SYSTEM: Record<string, string> = {
  ENOENT: 'There is no such file or folder',
  ENOTDIR: 'A part of this path is a file, not a folder',
  EISDIR: 'This is a folder, not a file',
  EACCES: 'You have no permission for this',
  EPERM: 'The system does not permit this',
  EROFS: 'The file system is read-only',
  ENOSPC: 'The disk is full',
}

type CodedError = Error & { code?: unknown; path?: unknown; syscall?: unknown }

/** Codes of the program's own errors are words, those of the file system E and capitals; Node's own begin with ERR_. */
const KNOWN_CODE = /^([a-z]+(-[a-z]+)*|E[A-Z0-9]+)$/

/** The program's own errors carry a code and say all in their message; others are bugs or the system's. */
function messageOf(error: CodedError): string {
  const { code, path, syscall, message } = error
  if (syscall !== undefined && typeof path === 'string' && typeof code === 'string')
    return `${FILE_SYSTEM[code] ?? `The file system reports ${code}`}: ${path}.`
  const isKnown = typeof code === 'string' && KNOWN_CODE.test(code)
  return isKnown ? message : `Unexpected ${error.name}: ${message} (NCF_DEBUG=1 shows where).`
}

/** One line for people; with NCF_DEBUG=1 the stack and its causes follow. */
export function failureMessage(error: unknown, debug = process.env.NCF_DEBUG === '1'): string {
  if (!(error instanceof Error)) return `Unexpected failure: ${String(error)}`
  const line = messageOf(error)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
  return debug ? [line, ...stacks(error)].join('\n') : line
}

function stacks(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  return [error.stack ?? String(error), ...stacks(error.cause)]
}
