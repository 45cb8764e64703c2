import { onScopeDispose, shallowReactive } from 'vue'
import { COMMANDS, type Command, type CommandId } from '../../src-main/contract/commands.ts'
import { client } from '../client/client.ts'
import { isTyping, keysOf, matchesKeys } from './keys.ts'

interface Handler {
  run(): unknown
  enabled(): boolean
  /** What it is called here, if not as everywhere. */
  title?: string
}

/** The latest to register comes first: a dialog takes a command over while it is open. */
const handlers = shallowReactive(new Map<CommandId, readonly Handler[]>())

/**
 * Says what a command does, as long as the component (or scope) lives; `title` where it does something else than
 * everywhere.
 */
export function onCommand(
  id: CommandId,
  run: () => unknown,
  enabled: () => boolean = () => true,
  title?: string,
): void {
  const handler = { run, enabled, title }
  handlers.set(id, [handler, ...(handlers.get(id) ?? [])])
  onScopeDispose(() =>
    handlers.set(
      id,
      (handlers.get(id) ?? []).filter((other) => other !== handler),
    ),
  )
}

function handlerOf(id: CommandId): Handler | undefined {
  return handlers.get(id)?.find(({ enabled }) => enabled())
}

/** Whether a command does something now. */
export function isEnabled(id: CommandId): boolean {
  return handlerOf(id) !== undefined
}

/** What a command is called where the window is now. */
export function titleOf({ id, title }: Command): string {
  return handlerOf(id as CommandId)?.title ?? title
}

export function runCommand(id: CommandId): void {
  handlerOf(id)?.run()
}

function isPlain(keys: string): boolean {
  return !keys.includes('+') && !/^F\d+$/.test(keys)
}

/** Keys alone, such as Delete, would act on what a dialog or menu covers. */
function isCovered(keys: string): boolean {
  return !keys.includes('+') && document.querySelector('[role="dialog"], [role="menu"]') !== null
}

function commandOf(event: KeyboardEvent): Command | undefined {
  return COMMANDS.find((command: Command) => {
    const keys = keysOf(command)
    if (keys === undefined || !matchesKeys(event, keys) || isCovered(keys)) return false
    if (!isTyping(event.target)) return true
    // In a field, plain keys are text and Ctrl+Z takes back typing.
    return !isPlain(keys) && command.id !== 'edit.undo'
  })
}

/** Listens to keys and to the native menu, for the life of the window. */
export function listenToCommands(): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return
    const command = commandOf(event)
    if (!command || !isEnabled(command.id as CommandId)) return
    event.preventDefault()
    runCommand(command.id as CommandId)
  })
  client.on('app:command', ({ command }) => runCommand(command as CommandId))
}
