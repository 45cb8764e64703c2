import { defineStore } from 'pinia'
import { ref } from 'vue'

export type NoticeLevel = 'info' | 'warning' | 'error'

export interface Notice {
  id: number
  level: NoticeLevel
  message: string
  /** A button beside the message, such as Undo. */
  action?: { title: string; run(): void | Promise<void> }
}

interface Undoable {
  title: string
  undo(): Promise<void>
}

/** Notices and undo steps that are remembered at most. */
const NOTICE_LIMIT = 5
const UNDO_LIMIT = 50

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What the window tells people, and what they can take back. */
export const useNotices = defineStore('notices', () => {
  const notices = ref<Notice[]>([])
  const undoSteps = ref<Undoable[]>([])
  let lastId = 0

  function tell(level: NoticeLevel, message: string, action?: Notice['action']): void {
    const again = notices.value.filter((notice) => notice.message !== message)
    notices.value = [...again, { id: ++lastId, level, message, action }].slice(-NOTICE_LIMIT)
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  /** Runs an action of a person; what goes wrong is told, not thrown. Resolves to undefined then. */
  async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action()
    } catch (error) {
      tell('error', messageOf(error))
      return undefined
    }
  }

  /** Tells what was done, with a way back. */
  function didUndoable(title: string, undo: () => Promise<void>): void {
    undoSteps.value = [...undoSteps.value, { title, undo }].slice(-UNDO_LIMIT)
    tell('info', `${title}.`, { title: 'Undo', run: undoLast })
  }

  async function undoLast(): Promise<void> {
    const step = undoSteps.value.pop()
    if (!step) return tell('info', 'There is nothing to undo.')
    notices.value = notices.value.filter((notice) => notice.message !== `${step.title}.`)
    await attempt(step.undo)
  }

  return { notices, undoSteps, tell, dismiss, attempt, didUndoable, undoLast }
})
