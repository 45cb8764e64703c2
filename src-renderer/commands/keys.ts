import type { Command } from '../../src-main/contract/commands.ts'

const MAC = /mac/i.test(navigator.platform)

/** The keys of a command in this shell. */
export function keysOf(command: Command): string | undefined {
  return window.ncfStudio ? command.keys : (command.browserKeys ?? command.keys)
}

const NAMES: Record<string, string> = { CmdOrCtrl: MAC ? '⌘' : 'Ctrl', Delete: 'Del', Alt: MAC ? '⌥' : 'Alt' }

/** Keys as people read them: "Ctrl+N". */
export function readableKeys(keys: string): string {
  return keys
    .split('+')
    .map((key) => NAMES[key] ?? key)
    .join(MAC ? '' : '+')
}

/** Whether typing goes into a field, where plain keys are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  // A box that is ticked takes no text: letters stay commands after a click on it.
  if (target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

/** Whether a key press is what a command is bound to. */
export function matchesKeys(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split('+')
  const key = parts.pop()!
  const control = parts.includes('CmdOrCtrl')
  const pressed = MAC ? event.metaKey : event.ctrlKey
  if (pressed !== control || event.altKey !== parts.includes('Alt')) return false
  const named = event.key.toLowerCase() === key.toLowerCase()
  // With Alt, macOS turns letters and digits into other signs; the code still tells the key.
  const placed = parts.includes('Alt') && event.code.replace(/^(Key|Digit)/, '') === key
  // A sign such as ? or / may need Shift on some keyboards.
  const shiftFits = /^[a-z]$/i.test(key) || key.length > 1 ? event.shiftKey === parts.includes('Shift') : true
  return (named || placed) && shiftFits
}
